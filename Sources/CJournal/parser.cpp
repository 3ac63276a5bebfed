#include "CJournal.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <simdjson.h>

struct json_parser {
  simdjson::dom::parser parser;
};

extern "C" {

const size_t json_padding = simdjson::SIMDJSON_PADDING;

json_parser *json_parser_new(void) { return new (std::nothrow) json_parser; }

void json_parser_free(json_parser *parser) { delete parser; }

bool json_parser_parse(json_parser *parser, const uint8_t *text, size_t length, json_tape *tape) {
  // The caller sees to the padding, so the text is read where it is.
  if (parser->parser.parse(text, length, false).error() != simdjson::SUCCESS) return false;
  tape->words = parser->parser.doc.tape.get();
  tape->texts = parser->parser.doc.string_buf.get();
  return true;
}

const void *json_find(const void *text, size_t length, const void *wanted, size_t count) {
  return memmem(text, length, wanted, count);
}

size_t json_count(const void *text, size_t length, uint8_t byte) {
  const uint8_t *bytes = static_cast<const uint8_t *>(text);
  return std::count(bytes, bytes + length, byte);
}
}
