#define _GNU_SOURCE
#include "CGitLoop.h"

#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void git_loop_set_fsync(int enabled) {
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, enabled);
}

static int note(int file, const char *record, int wait) {
  if (file < 0) return 0;
  size_t length = strlen(record);
  if (write(file, record, length) != (ssize_t)length) return -1;
  return wait ? fsync(file) : 0;
}

static int write_blob(
  git_oid *made, git_repository *repository, git_tree *tree, const char *path, const char *after, const char *inserted) {
  git_tree_entry *entry = NULL;
  git_blob *blob = NULL;
  int code = git_tree_entry_bypath(&entry, tree, path);
  if (code == 0) code = git_blob_lookup(&blob, repository, git_tree_entry_id(entry));
  if (code == 0) {
    const char *text = git_blob_rawcontent(blob);
    size_t size = git_blob_rawsize(blob), more = strlen(inserted);
    const char *found = memmem(text, size, after, strlen(after));
    size_t head = found ? (size_t)(found - text) + strlen(after) : size;
    char *edited = malloc(size + more);
    memcpy(edited, text, head);
    memcpy(edited + head, inserted, more);
    memcpy(edited + head + more, text + head, size - head);
    code = git_blob_create_from_buffer(made, repository, edited, size + more);
    free(edited);
  }
  git_blob_free(blob);
  git_tree_entry_free(entry);
  return code;
}

// Told which file differs, libgit2 opens that file's folders alone and not those of the whole repository.
static int write_patch(git_commit *commit, const char *changed, const char *folder, size_t number) {
  git_buf mail = {0};
  git_email_create_options options = GIT_EMAIL_CREATE_OPTIONS_INIT;
  char *names[] = {(char *)changed};
  options.diff_opts.flags |= GIT_DIFF_DISABLE_PATHSPEC_MATCH;
  options.diff_opts.pathspec = (git_strarray){names, 1};
  int code = git_email_create_from_commit(&mail, commit, &options);
  if (code == 0) {
    char *path = NULL;
    if (asprintf(&path, "%s/%04zu.patch", folder, number) < 0) return -1;
    FILE *file = fopen(path, "w");
    code = file && fwrite(mail.ptr, 1, mail.size, file) == mail.size && fclose(file) == 0 ? 0 : -1;
    free(path);
  }
  git_buf_dispose(&mail);
  return code;
}

int git_loop_fixes(
  const char *folder, const char *const *paths, const char *const *references, size_t count, const char *after,
  const char *inserted, const char *message, const char *records, const char *record, const char *patches, int fsync) {
  git_repository *repository = NULL;
  git_object *parent = NULL;
  git_tree *tree = NULL;
  git_signature *author = NULL;
  int file = records ? open(records, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
  int code = git_repository_open(&repository, folder);
  if (code == 0) code = git_revparse_single(&parent, repository, "refs/heads/main");
  if (code == 0) code = git_commit_tree(&tree, (git_commit *)parent);
  if (code == 0) code = git_signature_new(&author, "Errata", "errata@localhost", 1700000000, 0);
  for (size_t index = 0; code == 0 && index < count; index++) {
    git_tree_update update = {GIT_TREE_UPDATE_UPSERT, {{0}}, GIT_FILEMODE_BLOB, paths[index]};
    const git_commit *parents[] = {(git_commit *)parent};
    git_oid tree_id, commit_id;
    git_tree *edited = NULL;
    git_commit *commit = NULL;
    git_reference *reference = NULL;
    code = write_blob(&update.id, repository, tree, paths[index], after, inserted);
    if (code == 0) code = git_tree_create_updated(&tree_id, repository, tree, 1, &update);
    if (code == 0) code = git_tree_lookup(&edited, repository, &tree_id);
    if (code == 0)
      code = git_commit_create(&commit_id, repository, NULL, author, author, NULL, message, edited, 1, parents);
    if (code == 0 && patches) {
      code = git_commit_lookup(&commit, repository, &commit_id);
      if (code == 0) code = write_patch(commit, paths[index], patches, index + 1);
    }
    if (code == 0) code = note(file, record, fsync);
    if (code == 0) code = git_reference_create(&reference, repository, references[index], &commit_id, 0, "fix");
    if (code == 0) code = note(file, record, fsync);
    git_reference_free(reference);
    git_commit_free(commit);
    git_tree_free(edited);
  }
  if (file >= 0) close(file);
  git_signature_free(author);
  git_tree_free(tree);
  git_object_free(parent);
  git_repository_free(repository);
  return code;
}
