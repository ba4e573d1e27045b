/*
** al_tree.c - a document as people read it: its keys and values in order.
**
** Nodes name their text by offsets, as it moves while it grows. A string is
** asked whether it holds a document before its nodes are made, so that none
** has to be taken back.
*/
#include "al_tree.h"

#include <stdlib.h>

#include "al_customized.h"
#include "al_value.h"

void al_tree_close (al_tree *tree) {
  free(tree->node);
  al_buffer_close(&tree->text);
  memset(tree, 0, sizeof *tree);
}

static void tree_clear (al_tree *tree) {
  tree->n = tree->omitted = 0;
  al_buffer_clear(&tree->text);
}

/* ---- nodes ---- */

typedef struct {
  al_tree *tree;
  uint32_t open;   /* the innermost object or array that has a node */
  uint32_t count;  /* its nodes so far */
  uint32_t passed; /* objects and arrays without one that are open in it */
  al_buffer key;   /* of the node that comes */
  int nesting;     /* documents that are open */
} reader;

/* Make room for another node, and its text of 'len' bytes. */
static al_status reserve (al_tree *tree, size_t len, al_error *err) {
  al_node *node;
  if (len > UINT32_MAX - tree->text.len)
    return al_fail_nomem(err);
  if (al_buffer_reserve(&tree->text, len, err) != AL_OK)
    return err->status;
  if (tree->n < tree->cap)
    return AL_OK;
  node = al_array_grow(tree->node, &tree->cap, sizeof *node, err);
  if (node == NULL)
    return err->status;
  tree->node = node;
  return AL_OK;
}

/* Add a node in the one that is open. *added is 0 when there are too many. */
static al_status add_node (reader *r, al_node_kind kind, al_text value,
                           int *added, al_error *err) {
  al_tree *tree = r->tree;
  al_text key = al_buffer_text(&r->key);
  al_node *node;
  *added = tree->n < AL_TREE_NODES_MAX;
  if (!*added) {
    tree->omitted++;
    return AL_OK;
  }
  if (reserve(tree, key.len + value.len, err) != AL_OK)
    return err->status;
  node = &tree->node[tree->n];
  node->start = (uint32_t)tree->text.len;
  node->key_len = (uint32_t)key.len;
  node->value_len = (uint32_t)value.len;
  node->parent = r->open;
  node->position = tree->n > 0 ? ++r->count : 0;
  node->kind = kind;
  tree->n++;
  al_buffer_append(&tree->text, key.data, key.len, err);
  al_buffer_append(&tree->text, value.data, value.len, err);
  al_buffer_clear(&r->key);
  return AL_OK;
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err);

/* ---- events ---- */

static al_status on_start (reader *r, al_json_event event, al_error *err) {
  int added;
  if (add_node(r,
               event == AL_JSON_OBJECT_START ? AL_NODE_OBJECT : AL_NODE_ARRAY,
               AL_TEXT_MISSING, &added, err) != AL_OK)
    return err->status;
  if (!added) {
    r->passed++;
    return AL_OK;
  }
  r->open = (uint32_t)r->tree->n - 1;
  r->count = 0;
  return AL_OK;
}

static void on_end (reader *r) {
  const al_node *closed = &r->tree->node[r->open];
  if (r->passed > 0) {
    r->passed--;
    return;
  }
  r->count = closed->position;
  r->open = closed->parent;
}

/* A string: the document that it holds, or its text. */
static al_status on_string (reader *r, al_text text, al_error *err) {
  al_buffer room;
  al_text document = AL_TEXT_MISSING;
  al_status status = AL_OK;
  int added;
  al_buffer_init(&room);
  if (r->nesting < AL_TREE_NESTING_MAX)
    status = al_value_open(text, &room, &document, err);
  if (status == AL_OK && document.data != NULL) {
    r->nesting++;
    status = al_json_parse(document, on_event, r, err);
    r->nesting--;
  } else if (status == AL_OK) {
    status = add_node(r, AL_NODE_VALUE, text, &added, err);
  }
  al_buffer_close(&room);
  return status;
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  reader *r = context;
  int added;
  switch (event) {
  case AL_JSON_KEY:
    al_buffer_clear(&r->key);
    return al_buffer_append(&r->key, text.data, text.len, err);
  case AL_JSON_OBJECT_START:
  case AL_JSON_ARRAY_START:
    return on_start(r, event, err);
  case AL_JSON_OBJECT_END:
  case AL_JSON_ARRAY_END:
    on_end(r);
    return AL_OK;
  case AL_JSON_STRING:
    return on_string(r, text, err);
  case AL_JSON_NULL:
    return add_node(r, AL_NODE_NULL, AL_TEXT_MISSING, &added, err);
  default:
    return add_node(r, AL_NODE_VALUE, al_value_scalar(event, text), &added,
                    err);
  }
}

/* What a value that is no JSON began to tell is forgotten. */
static al_status read_end (reader *r, al_status status) {
  al_buffer_close(&r->key);
  if (status != AL_OK)
    tree_clear(r->tree);
  return status == AL_NOMEM ? AL_NOMEM : AL_OK;
}

al_status al_tree_read (al_tree *tree, al_text value, al_error *err) {
  reader r = {0};
  tree_clear(tree);
  if (value.data == NULL)
    return AL_OK;
  r.tree = tree;
  return read_end(&r, al_value_parse(value, on_event, &r, err));
}

static al_status on_pair (void *context, al_text key, al_text value,
                          al_error *err) {
  reader *r = context;
  al_status status = on_event(r, AL_JSON_KEY, key, err);
  if (status != AL_OK)
    return status;
  return on_event(r, value.data != NULL ? AL_JSON_STRING : AL_JSON_NULL, value,
                  err);
}

al_status al_tree_read_pairs (al_tree *tree, al_text customized,
                              al_error *err) {
  reader r = {0};
  al_status status;
  tree_clear(tree);
  if (customized.data == NULL)
    return AL_OK;
  r.tree = tree;
  status = on_start(&r, AL_JSON_OBJECT_START, err);
  if (status == AL_OK)
    status = al_customized_each(customized, on_pair, &r, err);
  return read_end(&r, status);
}
