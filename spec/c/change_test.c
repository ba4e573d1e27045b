/*
** change_test.c - what changed between two values, and the trees they are.
*/
#include <stdlib.h>

#include "al_change.h"
#include "al_difference.h"
#include "al_json.h"
#include "al_label.h"
#include "al_utf8.h"
#include "check.h"
#include "help.h"

/* JSON that is written with ' for its quotes. */
static al_text json (al_buffer *out, const char *text) {
  size_t i;
  al_error err;
  if (text == NULL)
    return AL_TEXT_MISSING;
  al_buffer_clear(out);
  CHECK(al_buffer_append(out, text, strlen(text), &err) == AL_OK);
  for (i = 0; i < out->len; i++)
    if (out->data[i] == '\'')
      out->data[i] = '"';
  return al_buffer_text(out);
}

/* What changed at the path, good until the next call. */
static const char *change (const char *path, const char *old, const char *new) {
  static al_buffer out, before, after;
  al_change_state state = {0};
  al_record record = {0};
  al_error err;
  record.field[AL_RESOURCE_OLD_VALUE] = json(&before, old);
  record.field[AL_RESOURCE_NEW_VALUE] = json(&after, new);
  al_buffer_clear(&out);
  CHECK(al_change_append(&out, help_text(path), &record, &state, &err) ==
        AL_OK);
  al_change_state_close(&state);
  if (path == NULL) {
    al_buffer_close(&before);
    al_buffer_close(&after);
    al_buffer_close(&out);
    return "";
  }
  return help_string(&out);
}

#define ARROW "\xE2\x86\x92"

static void tells_before_and_after (void) {
  CHECK_STRING("10 " ARROW " 25",
               change("Quantity", "{'Quantity':10}", "{'Quantity':25}"));
  CHECK_STRING(ARROW " 25", change("Quantity", "{}", "{'Quantity':25}"));
  CHECK_STRING("10 " ARROW, change("Quantity", "{'Quantity':10}", "{'a':1}"));
  CHECK_STRING("true " ARROW " false",
               change("a", "{'a':true}", "{'a':false}"));
  CHECK_STRING("1.0 " ARROW " 1", change("a", "{'a':1.0}", "{'a':1}"));
}

static void tells_nothing_where_nothing_changed (void) {
  CHECK_STRING("", change("a", "{'a':'1'}", "{'a':'1'}"));
  CHECK_STRING("", change("a", "{'a':'1'}", "{'a':1,'b':2}"));
  CHECK_STRING("", change("b", "{'a':1}", "{'a':2}"));
  CHECK_STRING("", change("a", "{'a':null}", "{'b':1}"));
  CHECK_STRING("", change("a", "{'a':''}", "{'a':null}"));
  CHECK_STRING("", change("a", "{'a':{'b':1}}", "{'a':{'b':2}}"));
  CHECK_STRING("", change("a", "{'a':[1]}", "{'a':[2]}"));
}

static void needs_two_objects (void) {
  CHECK_STRING("", change("a", NULL, "{'a':1}"));
  CHECK_STRING("", change("a", "{'a':1}", NULL));
  CHECK_STRING("", change("a", "", "{'a':1}"));
  CHECK_STRING("", change("a", "text", "{'a':1}"));
  CHECK_STRING("", change("a", "{'a':1}", "{'a':2"));
  CHECK_STRING("", change("a", "{'a':1", "{'a':2}"));
  CHECK_STRING("", change("1", "[1]", "[2]"));
  CHECK_STRING("", change("1", "[1]", "{'1':2}"));
  CHECK_STRING("", change("", "1", "2"));
}

static void follows_paths (void) {
  CHECK_STRING("1 " ARROW " 2", change("line_items.2.quantity",
                                       "{'LineItems':[7,{'Quantity':1}]}",
                                       "{'lineItems':[8,{'Quantity':2}]}"));
  CHECK_STRING("1 " ARROW " 2",
               change("a.b.c", "{'a':{'b':{'c':1}}}",
                      "{'x':{'b':{'c':9}},'a':{'b':{'c':2}}}"));
  CHECK_STRING("1 " ARROW " 2", change("a.b", "{'a.b':1}", "{'a':{'b':2}}"));
  CHECK_STRING("1 " ARROW " 2",
               change("offerid", "{'OfferId':1}", "{'_offer__id_':2}"));
  CHECK_STRING("", change("a.0", "{'a':[1]}", "{'a':[2]}"));
  CHECK_STRING("", change("a.2", "{'a':[1]}", "{'a':[2]}"));
  CHECK_STRING("", change("a.b.c", "{'a':{'b':1}}", "{'a':{'b':2}}"));
  CHECK_STRING("1 " ARROW " 3", change("a", "{'a':1,'A':2}", "{'A':3,'a':4}"));
  CHECK_STRING("2 " ARROW " 3",
               change("a.b", "{'A':{'c':1},'a':{'b':2}}", "{'a':{'b':3}}"));
}

static void looks_into_strings (void) {
  CHECK_STRING("1 " ARROW " 2", change("a", "'{\\'a\\':1}'", "'{\\'a\\':2}'"));
  CHECK_STRING("1 " ARROW " 2",
               change("a.b", "{'a':'{\\'b\\':1}'}", "{'a':{'b':2}}"));
  CHECK_STRING("1 " ARROW " 2",
               change("a.1.c", "{'a':'[\\'{\\\\\\'c\\\\\\':1}\\']'}",
                      "{'a':[{'c':2}]}"));
  CHECK_STRING(ARROW " 2", change("a", "{'a':'{}'}", "{'a':2}"));
  CHECK_STRING("{ " ARROW " 2", change("a", "{'a':'{'}", "{'a':2}"));
  CHECK_STRING("", change("a.b", "{'a':'{'}", "{'a':'text'}"));
}

/* ---- trees ---- */

static void tree_of (al_tree *tree, const char *text) {
  al_buffer room = {0};
  al_error err;
  CHECK(al_tree_read(tree, json(&room, text), &err) == AL_OK);
  al_buffer_close(&room);
}

/* All nodes but the document as "path=value", joined by spaces. */
static const char *nodes_of (const al_tree *tree) {
  static char out[1024];
  al_buffer path = {0};
  al_error err;
  size_t i, len = 0;
  out[0] = '\0';
  for (i = 1; i < tree->n; i++) {
    al_text value = al_tree_value(tree, &tree->node[i]);
    al_buffer_clear(&path);
    CHECK(al_path_append(&path, tree, (uint32_t)i, &err) == AL_OK);
    len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s=%.*s",
                            i > 1 ? " " : "", (int)path.len, path.data,
                            (int)value.len, value.data);
  }
  al_buffer_close(&path);
  return out;
}

static void reads_trees_in_order (void) {
  al_tree tree = {0};
  tree_of(&tree, "{'b':1,'a':[true,{'c':null}],'d':{}}");
  CHECK_STRING("b=1 a= a.1=true a.2= a.2.c= d=", nodes_of(&tree));
  CHECK(tree.node[5].kind == AL_NODE_NULL && tree.node[6].position == 3);
  tree_of(&tree, "{'a':'[\\'x\\',\\'{}\\']','b':'[x'}");
  CHECK_STRING("a= a.1=x a.2= b=[x", nodes_of(&tree));
  tree_of(&tree, "'\\'text\\''");
  CHECK(tree.n == 1 && tree.node[0].kind == AL_NODE_VALUE);
  CHECK(al_text_equal(AL_TEXT("text"), al_tree_value(&tree, tree.node)));
  tree_of(&tree, "{'a':1");
  CHECK(tree.n == 0 && tree.omitted == 0);
  tree_of(&tree, NULL);
  CHECK(tree.n == 0);
  al_tree_close(&tree);
}

static void reads_pairs (void) {
  al_tree tree = {0};
  al_buffer room = {0};
  al_error err;
  al_text pairs = json(&room, "[{'key':'a','value':'1'},{'key':'a'},{'value':2}"
                              ",{'key':'b','value':'{\\'c\\':3}'}]");
  CHECK(al_tree_read_pairs(&tree, pairs, &err) == AL_OK);
  CHECK_STRING("a=1 a= b= b.c=3", nodes_of(&tree));
  CHECK(al_tree_read_pairs(&tree, AL_TEXT("{}"), &err) == AL_OK);
  CHECK(tree.n == 0);
  CHECK(al_tree_read_pairs(&tree, AL_TEXT_MISSING, &err) == AL_OK);
  CHECK(tree.n == 0);
  al_buffer_close(&room);
  al_tree_close(&tree);
}

/* Strings in strings, one more than are opened. */
static void leaves_strings_that_are_too_deep (void) {
  al_tree tree = {0};
  al_buffer text = {0}, next = {0};
  al_error err;
  int i;
  help_printf(&text, "[]");
  for (i = 0; i <= AL_TREE_NESTING_MAX; i++) {
    al_buffer_clear(&next);
    CHECK(al_buffer_append_char(&next, '[', &err) == AL_OK);
    CHECK(al_json_write_string(&next, al_buffer_text(&text), &err) == AL_OK);
    CHECK(al_buffer_append_char(&next, ']', &err) == AL_OK);
    al_buffer_clear(&text);
    CHECK(al_buffer_append(&text, next.data, next.len, &err) == AL_OK);
  }
  CHECK(al_tree_read(&tree, al_buffer_text(&text), &err) == AL_OK);
  CHECK(tree.n == AL_TREE_NESTING_MAX + 2);
  CHECK(tree.node[tree.n - 2].kind == AL_NODE_ARRAY);
  CHECK(al_text_equal(AL_TEXT("[]"),
                      al_tree_value(&tree, &tree.node[tree.n - 1])));
  al_buffer_close(&text);
  al_buffer_close(&next);
  al_tree_close(&tree);
}

static void counts_what_it_passes_over (void) {
  al_tree tree = {0};
  al_buffer text = {0};
  al_error err;
  int i;
  for (i = 0; i < AL_TREE_NODES_MAX - 1; i++)
    CHECK(al_buffer_append(&text, i == 0 ? "[1" : ",1", 2, &err) == AL_OK);
  help_printf(&text, ",[{\"a\":1}],2]");
  CHECK(al_tree_read(&tree, al_buffer_text(&text), &err) == AL_OK);
  CHECK(tree.n == AL_TREE_NODES_MAX && tree.omitted == 4);
  tree_of(&tree, "[1,2]");
  CHECK(tree.n == 3 && tree.omitted == 0);
  al_buffer_close(&text);
  al_tree_close(&tree);
}

static void cuts_long_paths_in_front (void) {
  static char name[2 * AL_PATH_MAX_BYTES];
  al_tree tree = {0};
  al_buffer text = {0}, path = {0};
  al_error err;
  memset(name, 'x', sizeof name - 1);
  help_printf(&text, "{\"%s\":{\"ab\":1}}", name);
  CHECK(al_tree_read(&tree, al_buffer_text(&text), &err) == AL_OK);
  CHECK(al_path_append(&path, &tree, 2, &err) == AL_OK);
  CHECK(path.len <= AL_PATH_MAX_BYTES + 3);
  CHECK(memcmp(path.data, "\xE2\x80\xA6xx", 5) == 0);
  CHECK_STRING("xx.ab", help_string(&path) + path.len - 5);
  al_buffer_close(&text);
  al_buffer_close(&path);
  al_tree_close(&tree);
}

/* Nothing of the name before is left, whether its dot fits or not. */
static void cuts_paths_between_names (void) {
  static char name[2 * AL_PATH_MAX_BYTES];
  size_t len;
  memset(name, 'x', sizeof name - 1);
  for (len = AL_PATH_MAX_BYTES - 3; len <= AL_PATH_MAX_BYTES + 1; len++) {
    al_tree tree = {0};
    al_buffer text = {0}, path = {0};
    al_error err;
    help_printf(&text, "{\"%s\":{\"%.*s\":1}}", name, (int)len, name);
    CHECK(al_tree_read(&tree, al_buffer_text(&text), &err) == AL_OK);
    CHECK(al_path_append(&path, &tree, 2, &err) == AL_OK);
    CHECK(path.len <= AL_PATH_MAX_BYTES + 3);
    al_buffer_close(&text);
    al_buffer_close(&path);
    al_tree_close(&tree);
  }
}

/* Wherever the cut comes, what is left of a name are whole characters. */
static void cuts_names_between_characters (void) {
  size_t more, i;
  for (more = 0; more < 4; more++) {
    al_tree tree = {0};
    al_buffer text = {0}, path = {0};
    al_error err;
    help_printf(&text, "{\"");
    for (i = 0; i < AL_PATH_MAX_BYTES / 4 + 1; i++)
      help_printf(&text, "\xF0\x9F\x9A\x80");
    help_printf(&text, "%.*s\":1}", (int)more, "abc");
    CHECK(al_tree_read(&tree, al_buffer_text(&text), &err) == AL_OK);
    CHECK(al_path_append(&path, &tree, 1, &err) == AL_OK);
    CHECK(path.len <= AL_PATH_MAX_BYTES + 3);
    CHECK(al_utf8_valid(path.data, path.len));
    al_buffer_close(&text);
    al_buffer_close(&path);
    al_tree_close(&tree);
  }
}

/* ---- differences ---- */

/* "path:before>after" of each, joined by spaces. */
static const char *differences (const char *old_text, const char *new_text) {
  static char out[1024];
  al_tree old = {0}, new = {0};
  al_differences changes = {0};
  al_buffer path = {0};
  al_error err;
  size_t i, len = 0;
  tree_of(&old, old_text);
  tree_of(&new, new_text);
  CHECK(al_differences_read(&changes, &old, &new, &err) == AL_OK);
  out[0] = '\0';
  for (i = 0; i < changes.n; i++) {
    const al_difference *item = &changes.item[i];
    int is_new = item->after != AL_NO_NODE;
    al_text before = al_difference_value(&old, item->before);
    al_text after = al_difference_value(&new, item->after);
    al_buffer_clear(&path);
    CHECK(al_path_append(&path, is_new ? &new : &old,
                         is_new ? item->after : item->before, &err) == AL_OK);
    len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s:%.*s>%.*s",
                            i > 0 ? " " : "", (int)path.len, path.data,
                            (int)before.len, before.data, (int)after.len,
                            after.data);
  }
  al_buffer_close(&path);
  al_differences_close(&changes);
  al_tree_close(&old);
  al_tree_close(&new);
  return out;
}

static void finds_all_changes (void) {
  CHECK_STRING("b:2>3 d:>4 a:1>",
               differences("{'a':1,'b':2,'c':5}", "{'c':5,'b':3,'d':4}"));
  CHECK_STRING("a.1.q:1>2 a.2:>x",
               differences("{'a':[{'q':1}]}", "{'a':[{'q':2},'x']}"));
  CHECK_STRING("a.b:1>2", differences("{'A':'{\\'b\\':1}'}", "{'a':{'b':2}}"));
  CHECK_STRING("a:>1 a.b:2>", differences("{'a':{'b':2}}", "{'a':1}"));
}

static void compares_names_without_case_and_underscores (void) {
  CHECK_STRING("", differences("{'offer_id':1}", "{'OfferId':1}"));
  CHECK_STRING("", differences("{'Q':1,'q':2}", "{'q':2,'Q':1}"));
  CHECK_STRING("q:1>2", differences("{'Q':1}", "{'q':2}"));
}

static void passes_over_plumbing (void) {
  CHECK_STRING("", differences("{'Attributes':{'ETag':1},'links':[{'a':1}]}",
                               "{'attributes':{'ETag':2},'Links':[{'a':2}]}"));
  CHECK_STRING("Links:1>2", differences("{'Links':1}", "{'Links':2}"));
  CHECK_STRING("a:1>2", differences("{'a':1,'Links':{'b':1}}", "{'a':2}"));
}

static void has_no_changes_without_two_objects (void) {
  CHECK_STRING("", differences("[1]", "[2]"));
  CHECK_STRING("", differences("{'a':1}", "text"));
  CHECK_STRING("", differences(NULL, "{'a':1}"));
  CHECK_STRING("", differences("{'1':1}", "[2]"));
}

static void holds_changes_within_bounds (void) {
  al_tree old = {0}, new = {0};
  al_differences changes = {0};
  al_buffer text = {0};
  al_error err;
  int i;
  tree_of(&old, "{}");
  for (i = 0; i < AL_CHANGES_MAX + 2; i++)
    help_printf(&text, "%s\"%d\":1", i == 0 ? "{" : ",", i);
  help_printf(&text, "}");
  CHECK(al_tree_read(&new, al_buffer_text(&text), &err) == AL_OK);
  CHECK(al_differences_read(&changes, &old, &new, &err) == AL_OK);
  CHECK(changes.n == AL_CHANGES_MAX && changes.omitted == 2);
  al_buffer_close(&text);
  al_differences_close(&changes);
  al_tree_close(&old);
  al_tree_close(&new);
}

/* ---- labels of keys ---- */

static void check_label (const char *expected, const char *key) {
  al_buffer out = {0};
  al_error err;
  CHECK(al_label_append_key(&out, help_text(key), &err) == AL_OK);
  CHECK_STRING(expected, help_string(&out));
  al_buffer_close(&out);
}

static void writes_keys_as_words (void) {
  check_label("Order Id", "OrderId");
  check_label("Subscription Name 0", "SubscriptionName-0");
  check_label("Partner Id", "partner_id");
  check_label("User Name", "userName");
  check_label("MPN Id", "MPNId");
  check_label("ETag", "ETag");
  check_label("Line2 Text", "Line2Text");
  check_label("-1", "-1");
  check_label("A-b", "a-b");
  check_label("", "");
}

int main (void) {
  CHECK_RUN(tells_before_and_after);
  CHECK_RUN(tells_nothing_where_nothing_changed);
  CHECK_RUN(needs_two_objects);
  CHECK_RUN(follows_paths);
  CHECK_RUN(looks_into_strings);
  CHECK_RUN(reads_trees_in_order);
  CHECK_RUN(reads_pairs);
  CHECK_RUN(leaves_strings_that_are_too_deep);
  CHECK_RUN(counts_what_it_passes_over);
  CHECK_RUN(cuts_long_paths_in_front);
  CHECK_RUN(cuts_paths_between_names);
  CHECK_RUN(cuts_names_between_characters);
  CHECK_RUN(finds_all_changes);
  CHECK_RUN(compares_names_without_case_and_underscores);
  CHECK_RUN(passes_over_plumbing);
  CHECK_RUN(has_no_changes_without_two_objects);
  CHECK_RUN(holds_changes_within_bounds);
  CHECK_RUN(writes_keys_as_words);
  change(NULL, NULL, NULL); /* gives its memory back */
  return CHECK_RESULT();
}
