/*
** al_tree.h - a document as people read it: its keys and values in order.
**
** Strings inside that hold a document themselves (al_value_open) are part of
** the tree. A tree is a list of nodes in the order of the text, each behind
** its parent; nobody needs recursion to go through one, and memory stays
** bounded whatever the document says.
*/
#ifndef AL_TREE_H
#define AL_TREE_H

#include <stdint.h>

#include "al_buffer.h"

/* What comes behind so many nodes is counted and passed over. */
#define AL_TREE_NODES_MAX 1048576

/* Documents in strings are opened so many times, one inside of the other; what
** is deeper is text. Each has up to AL_JSON_DEPTH_MAX levels of its own. */
#define AL_TREE_NESTING_MAX 8

typedef enum {
  AL_NODE_NULL,
  AL_NODE_VALUE, /* a string, a number, true or false */
  AL_NODE_OBJECT,
  AL_NODE_ARRAY
} al_node_kind;

typedef struct {
  uint32_t start;     /* in the tree's text: the key, and the value behind it */
  uint32_t key_len;   /* 0 in an array */
  uint32_t value_len; /* 0 for objects and arrays */
  uint32_t parent;    /* index of its node */
  uint32_t position;  /* among the parent's nodes, from 1; 0: the document */
  al_node_kind kind;
} al_node;

/* Zero it; read document after document into it; close it. */
typedef struct {
  al_node *node; /* owned; the first is the document itself */
  size_t n;      /* of them; 0: there is no document */
  size_t cap;
  size_t omitted; /* nodes passed over */
  al_buffer text;
} al_tree;

void al_tree_close (al_tree *tree);

/* Read the innermost document of a value (al_value_unwrap). A missing value,
** and one that is no JSON, is no document: n = 0. Only AL_NOMEM fails, which
** leaves n = 0 as well. */
al_status al_tree_read (al_tree *tree, al_text value, al_error *err);

/* Read the pairs of a record's customized_data as the members of an object. As
** above; data that is no JSON array is no document. */
al_status al_tree_read_pairs (al_tree *tree, al_text customized, al_error *err);

/* Texts of a node. They die with the tree's next change. */
static inline al_text al_tree_key (const al_tree *tree, const al_node *node) {
  return al_text_from(al_buffer_text(&tree->text).data + node->start,
                      node->key_len);
}

static inline al_text al_tree_value (const al_tree *tree, const al_node *node) {
  return al_text_from(al_buffer_text(&tree->text).data + node->start +
                          node->key_len,
                      node->value_len);
}

/* Whether the node is an element of an array: its position is its name. */
static inline int al_tree_is_element (const al_tree *tree,
                                      const al_node *node) {
  return node->position > 0 && tree->node[node->parent].kind == AL_NODE_ARRAY;
}

#endif
