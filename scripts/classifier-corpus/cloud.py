"""Object stores through botocore, and clients of language models."""

BOTO = """
import boto3
from botocore.config import Config
s3 = boto3.client('s3', endpoint_url='{endpoint}', aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='x', region_name='eu-west-2',
                  config=Config(retries={{'total_max_attempts': 1}}, connect_timeout=1, read_timeout=1, s3={{'addressing_style': 'path'}}))
"""


def cloud(corpus, port, closed):
    def ask(name, code, kind, transient=None, endpoint=None, **fields):
        setup = BOTO.format(endpoint=endpoint or f"http://127.0.0.1:{port}")
        corpus.python(f"boto3-{name}", setup.strip() + "\n" + code, kind, transient, **fields)

    get = "s3.get_object(Bucket='bucket', Key='{}')"
    ask("missing", get.format("missing.csv"), "404_not_found")
    ask("denied", get.format("secret.csv"), "access_denied")
    ask("busy", get.format("busy.csv"), "rate_limited")
    ask("broken", get.format("broken.csv"), "server_error")
    ask("expired", get.format("expired.csv"), "access_denied")
    ask("signature", get.format("signature.csv"), "access_denied")
    ask("head-missing", "s3.head_object(Bucket='bucket', Key='missing.csv')", "404_not_found", status=404)
    ask("head-denied", "s3.head_object(Bucket='bucket', Key='secret.csv')", "access_denied", status=403)
    ask("download", "s3.download_file('bucket', 'missing.csv', 'out.csv')", "404_not_found", status=404)
    ask("refused", get.format("a.csv"), "connection_failed", endpoint=f"http://127.0.0.1:{closed}", url="http://127.0.0.1:9/bucket/a.csv", host="127.0.0.1")
    ask("no-host", get.format("a.csv"), "connection_failed", endpoint="http://s3.invalid", url="http://s3.invalid/bucket/a.csv", host="s3.invalid")
    ask("slow", "s3.get_object(Bucket='slow', Key='a.csv')", "timeout", url="http://127.0.0.1:8080/slow/a.csv", host="127.0.0.1")
    corpus.python("boto3-credentials", "import boto3\nboto3.client('s3', region_name='eu-west-2').list_buckets()", "access_denied")
    corpus.python("boto3-region", "import boto3\nboto3.client('ec2', aws_access_key_id='a', aws_secret_access_key='b').describe_instances()", "code_error")
    corpus.python("boto3-params", BOTO.format(endpoint=f"http://127.0.0.1:{port}").strip() + "\ns3.get_object(Bucket='bucket')", "code_error")


def models(corpus, port, closed):
    plain = f"http://127.0.0.1:{port}"

    def anthropic(name, base, kind="llm_error", transient=False, **fields):
        corpus.python(f"anthropic-{name}", f"import anthropic\nc = anthropic.Anthropic(api_key='k', base_url='{base}', max_retries=0, timeout=1)\n"
                      "c.messages.create(model='claude', max_tokens=5, messages=[{'role': 'user', 'content': 'hi'}])", kind, transient, **fields)

    def openai(name, base, kind="llm_error", transient=False, **fields):
        corpus.python(f"openai-{name}", f"import openai\nc = openai.OpenAI(api_key='k', base_url='{base}', max_retries=0, timeout=1)\n"
                      "c.chat.completions.create(model='gpt', messages=[{'role': 'user', 'content': 'hi'}])", kind, transient, **fields)

    def genai(name, base, kind="llm_error", transient=False, **fields):
        corpus.python(f"genai-{name}", f"from google import genai\nc = genai.Client(api_key='k', http_options={{'base_url': '{base}', 'timeout': 1000}})\n"
                      "c.models.generate_content(model='gemini', contents='hi')", kind, transient, **fields)

    for make in (anthropic, openai, genai):
        make("401", f"{plain}/llm401", status=401)
        make("429", f"{plain}/llm429", transient=True, status=429)
        make("400", f"{plain}/llm400", status=400)
        make("refused", f"http://127.0.0.1:{closed}", transient=True)
    anthropic("529", f"{plain}/llm529", transient=True, status=529)
    openai("503", f"{plain}/llm503", transient=True, status=503)
    openai("slow", f"{plain}/slow", transient=True)
    anthropic("slow", f"{plain}/slow", transient=True)
    genai("500", f"{plain}/llm500", transient=True, status=500)
    corpus.python("anthropic-no-key", "import anthropic\nanthropic.Anthropic().messages.create(model='claude', max_tokens=5, messages=[{'role': 'user', 'content': 'hi'}])", "llm_error")
    corpus.python("openai-no-key", "import openai\nopenai.OpenAI()", "llm_error")
    corpus.python("genai-no-key", "from google import genai\ngenai.Client()", "llm_error")
