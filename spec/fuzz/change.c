/*
** change.c - two values and a path, a line each: what is told of a change is
** UTF-8, and nothing changes between a value and itself.
*/
#include "fuzz.h"

#include "al_change.h"
#include "al_difference.h"
#include "al_utf8.h"

/* The text up to the next line feed, which is taken off 'rest'. */
static al_text next_line (al_text *rest) {
  const char *end = memchr(rest->data, '\n', rest->len);
  al_text line = *rest;
  if (end == NULL) {
    rest->data += rest->len;
    rest->len = 0;
    return line;
  }
  line.len = (size_t)(end - line.data);
  rest->data += line.len + 1;
  rest->len -= line.len + 1;
  return line;
}

static void check_tree (const al_tree *tree) {
  al_buffer path = {0};
  al_error err;
  size_t i;
  for (i = 0; i < tree->n; i++) {
    const al_node *node = &tree->node[i];
    al_text key = al_tree_key(tree, node), value = al_tree_value(tree, node);
    NEED(node->parent < i || i == 0);
    NEED(al_utf8_valid(key.data, key.len));
    NEED(al_utf8_valid(value.data, value.len));
    al_buffer_clear(&path);
    NEED(al_path_append(&path, tree, (uint32_t)i, &err) == AL_OK);
    NEED(al_utf8_valid(al_buffer_text(&path).data, path.len));
  }
  al_buffer_close(&path);
}

/* What is not there on either side is no change. */
static void check_differences (const al_tree *old, const al_tree *new) {
  al_differences changes = {0};
  al_error err;
  size_t i;
  NEED(al_differences_read(&changes, old, new, &err) == AL_OK);
  for (i = 0; i < changes.n; i++) {
    al_text before = al_difference_value(old, changes.item[i].before);
    al_text after = al_difference_value(new, changes.item[i].after);
    NEED(before.len > 0 || after.len > 0);
    NEED(!al_text_equal(before, after));
  }
  NEED(al_differences_read(&changes, new, new, &err) == AL_OK);
  NEED(changes.n == 0);
  al_differences_close(&changes);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  al_text rest = fuzz_text(data, size), path;
  al_record record = {0};
  al_change_state state = {0};
  al_tree old = {0}, new = {0};
  al_buffer out = {0};
  al_error err;
  if (size == 0 || !al_utf8_valid(rest.data, rest.len))
    return 0; /* no reader hands it on */
  record.field[AL_RESOURCE_OLD_VALUE] = next_line(&rest);
  record.field[AL_RESOURCE_NEW_VALUE] = next_line(&rest);
  path = next_line(&rest);
  NEED(al_change_append(&out, path, &record, &state, &err) == AL_OK);
  NEED(al_utf8_valid(al_buffer_text(&out).data, out.len));
  NEED(al_tree_read(&old, record.field[AL_RESOURCE_OLD_VALUE], &err) == AL_OK);
  NEED(al_tree_read(&new, record.field[AL_RESOURCE_NEW_VALUE], &err) == AL_OK);
  check_tree(&old);
  check_tree(&new);
  check_differences(&old, &new);
  NEED(al_tree_read_pairs(&new, record.field[AL_RESOURCE_NEW_VALUE], &err) ==
       AL_OK);
  check_tree(&new);
  al_change_state_close(&state);
  al_tree_close(&old);
  al_tree_close(&new);
  al_buffer_close(&out);
  return 0;
}
