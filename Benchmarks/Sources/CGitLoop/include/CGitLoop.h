#pragma once
#include <stddef.h>

/// Whether libgit2 waits until what it writes is on the disk, in this whole process.
void git_loop_set_fsync(int enabled);

/// Makes one branch of one commit per fix, as plainly as libgit2 allows: read the file from `main`, insert `inserted` behind
/// the first `after`, write blob, trees, commit and reference.
///
/// @param repository The repository's folder.
/// @param paths      The file that each fix changes.
/// @param references The full name of the reference that each fix gets.
/// @param records    NULL, or a file that gets `record` before and after each reference is written, and waits for the disk
///                   where `fsync` is on.
/// @param patches    NULL, or a folder that gets each commit as a mail.
/// @return 0, or libgit2's negative code.
int git_loop_fixes(
  const char *repository, const char *const *paths, const char *const *references, size_t count, const char *after,
  const char *inserted, const char *message, const char *records, const char *record, const char *patches, int fsync);
