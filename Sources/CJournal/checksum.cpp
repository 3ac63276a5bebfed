#include "CJournal.h"

#include <array>
#include <cstring>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

// CRC-32C (Castagnoli): it finds every changed byte, and processors have an instruction for it.
namespace {

constexpr uint32_t polynomial = 0x82f63b78;

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? polynomial : 0);
    table[byte] = rest;
  }
  return table;
}

constexpr auto table = make_table();

constexpr uint32_t by_table(uint32_t sum, const uint8_t *bytes, size_t count) {
  for (; count; count--, bytes++) sum = sum >> 8 ^ table[(sum ^ *bytes) & 0xff];
  return sum;
}

// As RFC 3720 has it; on most processors nothing else tries the table.
constexpr uint8_t example[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
static_assert(~by_table(~0u, example, sizeof example) == 0xe3069283);

#if defined(__x86_64__)
#define WITH_INSTRUCTION __attribute__((target("sse4.2")))
bool has_instruction() { return __builtin_cpu_supports("sse4.2"); }
WITH_INSTRUCTION uint32_t sum_of_word(uint32_t sum, uint64_t word) { return uint32_t(__builtin_ia32_crc32di(sum, word)); }
WITH_INSTRUCTION uint32_t sum_of_byte(uint32_t sum, uint8_t byte) { return __builtin_ia32_crc32qi(sum, byte); }
#elif defined(__aarch64__) && defined(__linux__)
#define WITH_INSTRUCTION __attribute__((target("crc")))
bool has_instruction() { return getauxval(AT_HWCAP) & HWCAP_CRC32; }
WITH_INSTRUCTION uint32_t sum_of_word(uint32_t sum, uint64_t word) { return __builtin_arm_crc32cd(sum, word); }
WITH_INSTRUCTION uint32_t sum_of_byte(uint32_t sum, uint8_t byte) { return __builtin_arm_crc32cb(sum, byte); }
#endif

#if defined(WITH_INSTRUCTION)
WITH_INSTRUCTION uint32_t by_instruction(uint32_t sum, const uint8_t *bytes, size_t count) {
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    sum = sum_of_word(sum, word);
  }
  for (; count; count--, bytes++) sum = sum_of_byte(sum, *bytes);
  return sum;
}
#endif

// What follows the bytes that are summed: `,"crc":"1a2b3c4d"}`.
constexpr char opening[] = ",\"crc\":\"";
constexpr size_t before = sizeof opening - 1, digits = 8, length_of_member = before + digits + 2;

}  // namespace

extern "C" {

uint32_t json_checksum(const uint8_t *bytes, size_t count) {
#if defined(WITH_INSTRUCTION)
  static const bool is_quick = has_instruction();
  if (is_quick) return ~by_instruction(~0u, bytes, count);
#endif
  return ~by_table(~0u, bytes, count);
}

bool json_is_altered(const uint8_t *line, size_t length) {
  if (length < length_of_member) return false;
  const uint8_t *member = line + length - length_of_member;
  if (memcmp(member, opening, before) != 0 || line[length - 1] != '}' || line[length - 2] != '"') return false;
  uint32_t told = 0;
  for (size_t i = 0; i < digits; i++) {
    const uint8_t digit = member[before + i];
    if (digit >= '0' && digit <= '9') told = told << 4 | (digit - '0');
    else if (digit >= 'a' && digit <= 'f') told = told << 4 | (digit - 'a' + 10);
    else return true;
  }
  return told != json_checksum(line, length - length_of_member);
}
}
