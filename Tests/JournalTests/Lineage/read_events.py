"""Reads run events, a line of JSON each, as OpenLineage's own Python client has them, and prints how many there are.

The client's classes are generated from the published schema, whose files no package carries: each has the schema's members with
their types, which are required, and the address of its definition. A member that a class does not have, lacks, or has with another
type is an error here, and so is a facet that says another definition than its class.
"""
import enum, json, sys, types, typing, uuid

import attr
from dateutil import parser
from openlineage.client.generated import (
    base, error_message_run, job_type_job, output_statistics_output_dataset, parent_run, schema_dataset, tags_run)

FACETS = {
    "parent": parent_run.ParentRunFacet, "tags": tags_run.TagsRunFacet,
    "errorMessage": error_message_run.ErrorMessageRunFacet, "jobType": job_type_job.JobTypeJobFacet,
    "schema": schema_dataset.SchemaDatasetFacet,
    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
}


def check(value, kind, at):
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        # An absent member is left out, never null.
        options = [option for option in typing.get_args(kind) if option is not type(None)]
        assert len(options) == 1, at
        return check(value, options[0], at)
    if origin is list:
        assert isinstance(value, list), f"{at} is no list"
        return [check(item, typing.get_args(kind)[0], f"{at}[{n}]") for n, item in enumerate(value)]
    if origin is dict:
        facet = typing.get_args(kind)[1]
        for name, item in value.items():
            assert issubclass(FACETS[name], facet), f"{at}.{name} is not at home there"
            check(item, FACETS[name], f"{at}.{name}")
        return
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if attr.has(kind):
        return build(value, kind, at)
    assert type(value) is kind, f"{at} is {value!r} and no {kind}"


def build(value, kind, at):
    assert isinstance(value, dict), f"{at} is no object"
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in attr.fields(kind)}
    for name in value:
        assert name in fields, f"{at}.{name} is unknown to {kind.__name__}"
        check(value[name], hints[name], f"{at}.{name}")
    for name, field in fields.items():
        assert field.default is not attr.NOTHING or name in value, f"{at}.{name} is missing"
    if issubclass(kind, base.BaseFacet):
        assert value["_schemaURL"] == kind._get_schema(), f"{at}: {value['_schemaURL']}"
        assert value["_producer"].startswith("urn:"), at
    if "runId" in value:
        assert str(uuid.UUID(value["runId"])) == value["runId"], at


count = 0
for line in sys.stdin:
    event = json.loads(line)
    build(event, base.RunEvent, "event")
    assert event["schemaURL"] == base.RunEvent._get_schema()
    assert event["producer"] and event["eventType"] and "T" in event["eventTime"] and parser.isoparse(event["eventTime"])
    count += 1
print(count)
