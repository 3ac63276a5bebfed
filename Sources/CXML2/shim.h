#pragma once
#include <libxml/xmlversion.h>
// Debian's libxml2 is built with ICU, whose headers clash with the ICU that Foundation brings along. Only the layout of
// character encoding handlers depends on it, and those are not used here.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

/// `xmlFree` is a variable in C, which Swift cannot know to be safe between threads.
static inline void cxml2_free(void *pointer) { xmlFree(pointer); }
