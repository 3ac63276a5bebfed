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
  // Three bytes of the text are compared at each place, sixty-four places at once, which the compiler makes vector instructions
  // of; memmem takes a place at a time and needs five times as long.
  const size_t places = 64;
  if (count == 0 || length < count) return count == 0 ? text : nullptr;
  const uint8_t *bytes = static_cast<const uint8_t *>(text);
  const uint8_t *sought = static_cast<const uint8_t *>(wanted);
  const size_t middle = count / 2, last = count - 1;
  size_t place = 0;
  for (; place + last + places <= length; place += places) {
    uint8_t hits[places];
    uint8_t any = 0;
    for (size_t i = 0; i < places; i++) {
      hits[i] = (bytes[place + i] == sought[0]) & (bytes[place + i + middle] == sought[middle]) &
                (bytes[place + i + last] == sought[last]);
      any |= hits[i];
    }
    for (size_t i = 0; any && i < places; i++)
      if (hits[i] && memcmp(bytes + place + i, sought, count) == 0) return bytes + place + i;
  }
  return memmem(bytes + place, length - place, sought, count);
}

const void *json_find_last(const void *text, size_t length, uint8_t byte) { return memrchr(text, byte, length); }

size_t json_count(const void *text, size_t length, uint8_t byte) {
  const uint8_t *bytes = static_cast<const uint8_t *>(text);
  return std::count(bytes, bytes + length, byte);
}
}
