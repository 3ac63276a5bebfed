#pragma once
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

// What the journal's reader needs that Swift cannot call: simdjson's document parser, which is C++, and
// quick ways through a text.
#ifdef __cplusplus
extern "C" {
#endif

typedef struct json_parser json_parser;

// What a text was parsed into, valid until the parser's next text: the tape and the texts that simdjson's doc/tape.md tells of.
typedef struct {
  const uint64_t *words;
  const uint8_t *texts;
} json_tape;

// The bytes after a text's end that must be readable, whatever they hold.
extern const size_t json_padding;

// NULL where there is no memory.
json_parser *json_parser_new(void);
void json_parser_free(json_parser *parser);

// Parses one text. False when it is no JSON, or holds what simdjson does not take, such as a whole number of more than 64 bits.
bool json_parser_parse(json_parser *parser, const uint8_t *text, size_t length, json_tape *tape);

// Where a text first is in another; NULL where it is not.
const void *json_find(const void *text, size_t length, const void *wanted, size_t count);

// Where a byte is last in a text; NULL where it is not.
const void *json_find_last(const void *text, size_t length, uint8_t byte);

// How often a byte is in a text.
size_t json_count(const void *text, size_t length, uint8_t byte);

// The CRC-32C of some bytes: by the processor's instruction where it has one, else by a table.
uint32_t json_checksum(const uint8_t *bytes, size_t count);

// Whether a line ends in a member `crc` that is not the checksum of what is before it.
bool json_is_altered(const uint8_t *line, size_t length);

#ifdef __cplusplus
}
#endif
