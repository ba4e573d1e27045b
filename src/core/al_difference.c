/*
** al_difference.c - all that changed between two documents.
**
** The old tree's nodes are found through two hash tables: by the name as
** written, and by the folded one, which only the first of several that are
** alike is in. So an object of a million names that differ in their case is
** only long, not slow.
*/
#include "al_difference.h"

#include <stdio.h>
#include <stdlib.h>

#include "al_value.h"

void al_differences_close (al_differences *differences) {
  free(differences->item);
  memset(differences, 0, sizeof *differences);
}

/* ---- the old tree's index ---- */

typedef struct {
  const al_tree *tree;
  int folded;
  uint32_t *slot; /* owned; node + 1, or 0 */
  size_t nslots;  /* a power of two, over twice the nodes */
  uint64_t seed;  /* unknown to a stranger who wants collisions */
} node_index;

static uint64_t hash_byte (uint64_t hash, unsigned char byte) {
  return (hash ^ byte) * UINT64_C(1099511628211);
}

/* FNV-1a over the parent and the name, or the position in an array. */
static uint64_t hash_of (const node_index *index, uint32_t parent, al_text key,
                         uint32_t position) {
  uint64_t hash = UINT64_C(14695981039346656037) ^ index->seed;
  size_t i;
  for (i = 0; i < 4; i++) {
    hash = hash_byte(hash, (unsigned char)(parent >> 8 * i));
    hash = hash_byte(hash, (unsigned char)(position >> 8 * i));
  }
  for (i = 0; i < key.len; i++)
    if (!index->folded)
      hash = hash_byte(hash, (unsigned char)key.data[i]);
    else if (key.data[i] != '_')
      hash = hash_byte(hash, (unsigned char)al_lower(key.data[i]));
  return hash ^ hash >> 32;
}

/* What a node is called in its parent. */
static al_text name_of (const al_tree *tree, const al_node *node,
                        uint32_t *position) {
  *position = al_tree_is_element(tree, node) ? node->position : 0;
  return al_tree_key(tree, node);
}

/* The slot of the node of that name in 'parent', or the one it would take. */
static uint32_t *find_slot (const node_index *index, uint32_t parent,
                            al_text key, uint32_t position) {
  const size_t mask = index->nslots - 1;
  size_t at = (size_t)hash_of(index, parent, key, position) & mask;
  for (; index->slot[at] != 0; at = (at + 1) & mask) {
    const al_node *node = &index->tree->node[index->slot[at] - 1];
    uint32_t other;
    al_text name = name_of(index->tree, node, &other);
    if (node->parent == parent && other == position &&
        (index->folded ? al_value_same_key(name, key)
                       : al_text_equal(name, key)))
      break;
  }
  return &index->slot[at];
}

static al_status index_open (node_index *index, const al_tree *tree, int folded,
                             al_error *err) {
  size_t i;
  index->tree = tree;
  index->folded = folded;
  index->nslots = 16;
  while (index->nslots < 2 * tree->n)
    index->nslots *= 2;
  index->slot = calloc(index->nslots, sizeof *index->slot);
  if (index->slot == NULL)
    return al_fail_nomem(err);
  index->seed = (uint64_t)(uintptr_t)index->slot * UINT64_C(0x9E3779B97F4A7C15);
  for (i = 1; i < tree->n; i++) {
    uint32_t position, *slot;
    al_text key = name_of(tree, &tree->node[i], &position);
    slot = find_slot(index, tree->node[i].parent, key, position);
    if (*slot == 0)
      *slot = (uint32_t)i + 1;
  }
  return AL_OK;
}

/* ---- comparing ---- */

typedef struct {
  const al_tree *old, *new;
  node_index exact, folded; /* of the old tree */
  uint32_t *match;          /* owned: by new node the old one, or AL_NO_NODE */
  char *passed_old;         /* owned: by node, whether it is passed over */
  char *passed_new;         /* likewise */
  al_differences *out;
} comparison;

al_text al_difference_value (const al_tree *tree, uint32_t node) {
  if (node == AL_NO_NODE || tree->node[node].kind != AL_NODE_VALUE)
    return AL_TEXT_MISSING;
  return al_tree_value(tree, &tree->node[node]);
}

static int same_value (al_text a, al_text b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* What the API adds for itself. */
static int is_plumbing (const al_tree *tree, const al_node *node) {
  al_text key = al_tree_key(tree, node);
  return (node->kind == AL_NODE_OBJECT || node->kind == AL_NODE_ARRAY) &&
         (al_value_key_is(key, "attributes") || al_value_key_is(key, "links"));
}

/* By node, whether it is plumbing or lies in some. */
static char *find_plumbing (const al_tree *tree) {
  char *passed = calloc(tree->n, 1);
  size_t i;
  for (i = 1; passed != NULL && i < tree->n; i++)
    passed[i] =
        passed[tree->node[i].parent] || is_plumbing(tree, &tree->node[i]);
  return passed;
}

static al_status add (comparison *c, uint32_t before, uint32_t after,
                      al_error *err) {
  al_differences *out = c->out;
  if (same_value(al_difference_value(c->old, before),
                 al_difference_value(c->new, after)))
    return AL_OK;
  if (out->n == AL_CHANGES_MAX) {
    out->omitted++;
    return AL_OK;
  }
  if (out->n == out->cap) {
    al_difference *item =
        al_array_grow(out->item, &out->cap, sizeof *item, err);
    if (item == NULL)
      return err->status;
    out->item = item;
  }
  out->item[out->n].before = before;
  out->item[out->n++].after = after;
  return AL_OK;
}

/* The old node in the place of a new one. */
static uint32_t match_of (const comparison *c, const al_node *node) {
  uint32_t parent = c->match[node->parent], position, found;
  al_text key;
  if (parent == AL_NO_NODE)
    return AL_NO_NODE;
  key = name_of(c->new, node, &position);
  found = *find_slot(&c->exact, parent, key, position);
  if (found == 0)
    found = *find_slot(&c->folded, parent, key, position);
  return found == 0 ? AL_NO_NODE : found - 1;
}

static al_status compare_new (comparison *c, al_error *err) {
  size_t i;
  c->match[0] = 0;
  for (i = 1; i < c->new->n; i++) {
    const al_node *node = &c->new->node[i];
    uint32_t match = match_of(c, node);
    c->match[i] = match;
    if (c->passed_new[i] || node->kind != AL_NODE_VALUE)
      continue;
    if (match != AL_NO_NODE)
      c->passed_old[match] = 1;
    if (add(c, match, (uint32_t)i, err) != AL_OK)
      return err->status;
  }
  return AL_OK;
}

/* What was not compared with anything new. */
static al_status compare_old (comparison *c, al_error *err) {
  size_t i;
  for (i = 1; i < c->old->n; i++)
    if (!c->passed_old[i] && c->old->node[i].kind == AL_NODE_VALUE &&
        add(c, (uint32_t)i, AL_NO_NODE, err) != AL_OK)
      return err->status;
  return AL_OK;
}

static al_status compare (comparison *c, al_error *err) {
  c->match = malloc(c->new->n * sizeof *c->match);
  c->passed_old = find_plumbing(c->old);
  c->passed_new = find_plumbing(c->new);
  if (c->match == NULL || c->passed_old == NULL || c->passed_new == NULL)
    return al_fail_nomem(err);
  if (index_open(&c->exact, c->old, 0, err) != AL_OK ||
      index_open(&c->folded, c->old, 1, err) != AL_OK ||
      compare_new(c, err) != AL_OK)
    return err->status;
  return compare_old(c, err);
}

static int is_object (const al_tree *tree) {
  return tree->n > 0 && tree->node[0].kind == AL_NODE_OBJECT;
}

al_status al_differences_read (al_differences *differences, const al_tree *old,
                               const al_tree *new, al_error *err) {
  comparison c = {0};
  al_status status;
  differences->n = differences->omitted = 0;
  if (!is_object(old) || !is_object(new))
    return AL_OK;
  c.old = old;
  c.new = new;
  c.out = differences;
  status = compare(&c, err);
  free(c.match);
  free(c.passed_old);
  free(c.passed_new);
  free(c.exact.slot);
  free(c.folded.slot);
  if (status != AL_OK)
    differences->n = 0;
  return status;
}

/* ---- paths ---- */

#define PATH_LEVELS_MAX 64
#define ELLIPSIS        "\xE2\x80\xA6"

/* A name in a path; an element's is its position, written into 'digits'. */
static al_text path_name (const al_tree *tree, uint32_t node, char digits[12]) {
  const al_node *named = &tree->node[node];
  if (!al_tree_is_element(tree, named))
    return al_tree_key(tree, named);
  snprintf(digits, 12, "%lu", (unsigned long)named->position);
  return al_text_from(digits, strlen(digits));
}

/* The end of a name that fits into 'room' bytes, in whole characters. */
static al_text tail_of (al_text name, size_t room) {
  size_t cut = name.len > room ? name.len - room : 0;
  while (cut > 0 && cut < name.len &&
         ((unsigned char)name.data[cut] & 0xC0) == 0x80)
    cut++;
  return al_text_from(name.data + cut, name.len - cut);
}

al_status al_path_append (al_buffer *out, const al_tree *tree, uint32_t node,
                          al_error *err) {
  uint32_t level[PATH_LEVELS_MAX];
  size_t n = 0, len = 0, over;
  char digits[12];
  for (; node != 0 && n < PATH_LEVELS_MAX && len <= AL_PATH_MAX_BYTES;
       node = tree->node[node].parent) {
    len += path_name(tree, node, digits).len + 1;
    level[n++] = node;
  }
  if ((node != 0 || len > AL_PATH_MAX_BYTES) &&
      al_buffer_append(out, ELLIPSIS, sizeof ELLIPSIS - 1, err) != AL_OK)
    return err->status;
  while (n-- > 0) {
    al_text name = path_name(tree, level[n], digits);
    over = len > AL_PATH_MAX_BYTES ? len - AL_PATH_MAX_BYTES : 0;
    if (over > 0) /* only of the first name, of which nothing may be left */
      name = tail_of(name, over < name.len ? name.len - over : 0);
    len = 0;
    if (al_buffer_append(out, name.data, name.len, err) != AL_OK ||
        (n > 0 && al_buffer_append_char(out, '.', err) != AL_OK))
      return err->status;
  }
  return AL_OK;
}
