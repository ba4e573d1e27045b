/*
** generate.c - realistic audit records on standard output, as many as asked.
**
** A record is made from the seed and its number alone: one command always
** writes the same bytes, memory stays constant, and a record whose status
** changes later is simply made a second time. The customer names try what
** reports get wrong: many scripts, emoji, quotes, separators, formulas.
*/
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Units of .NET ticks: 100 ns since 0001-01-01. */
#define TICKS_PER_SECOND   10000000
#define SECONDS_UNTIL_1970 62135596800

#define PAGE_RECORDS 500

/* Every CHANGE_EVERY-th slot delivers the record of LATER_BY slots before once
** more: then in progress, now succeeded. That is always on a later page, and
** never a record that is itself delivered again. */
#define CHANGE_EVERY 200
#define LATER_BY     700

#define MAX_ITEMS       3
#define VALUE_MAX_BYTES 4096
#define GUID_BYTES      37 /* with its NUL */

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static void fail (const char *message) {
  fprintf(stderr, "generate: %s\n", message);
  exit(EXIT_FAILURE);
}

/* ---- text ---------------------------------------------------------------- */

/* Room for a few dozen of the largest records. */
typedef struct {
  size_t len;
  char data[512 * 1024];
} text;

static void add (text *t, const char *bytes, size_t len) {
  if (len > sizeof t->data - t->len)
    fail("a record is longer than its buffer");
  memcpy(t->data + t->len, bytes, len);
  t->len += len;
}

static void add_char (text *t, char c) {
  add(t, &c, 1);
}

static void add_number (text *t, int number) {
  char digits[12];
  add(t, digits, (size_t)snprintf(digits, sizeof digits, "%d", number));
}

/* The inside of a JSON string; runs that need no escape go in one piece. */
static void add_escaped (text *t, const char *bytes, size_t len) {
  char code[8];
  size_t i, start = 0;
  for (i = 0; i < len; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c != '"' && c != '\\' && c >= 0x20)
      continue;
    add(t, bytes + start, i - start);
    start = i + 1;
    if (c == '"' || c == '\\')
      add(t, c == '"' ? "\\\"" : "\\\\", 2);
    else
      add(t, code, (size_t)snprintf(code, sizeof code, "\\u%04x", c));
  }
  add(t, bytes + start, len - start);
}

/* Add JSON of a form: ' stands for ", %s and %d for a string and an int
** as they are, %j for a string as it stands inside of a JSON string. */
static void put (text *t, const char *form, ...) {
  va_list args;
  va_start(args, form);
  for (; *form != '\0'; form++) {
    const char *string;
    if (*form != '%') {
      add_char(t, *form == '\'' ? '"' : *form);
      continue;
    }
    switch (*++form) {
    case 'd':
      add_number(t, va_arg(args, int));
      break;
    case 's':
      string = va_arg(args, const char *);
      add(t, string, strlen(string));
      break;
    default:
      string = va_arg(args, const char *);
      add_escaped(t, string, strlen(string));
    }
  }
  va_end(args);
}

/* ---- chance -------------------------------------------------------------- */

/* SplitMix64: any 64 bits are a good state, and neighbours give sequences that
** have nothing to do with each other. */
static uint64_t next (uint64_t *state) {
  uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* The state for thing number 'number' of one kind. */
static uint64_t chance_for (uint64_t seed, char kind, int64_t number) {
  uint64_t state = seed ^ ((uint64_t)kind << 56);
  return next(&state) + (uint64_t)number;
}

static int below (uint64_t *chance, int limit) {
  return (int)(next(chance) % (uint64_t)limit);
}

static int one_in (uint64_t *chance, int n) {
  return below(chance, n) == 0;
}

#define PICK(chance, array) ((array)[below(chance, COUNT(array))])

/* A random GUID (version 4) in lower case. */
static void make_guid (uint64_t *chance, char guid[GUID_BYTES]) {
  static const char pattern[] = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";
  uint64_t bits = 0;
  int i, digits = 0;
  for (i = 0; pattern[i] != '\0'; i++) {
    guid[i] = pattern[i];
    if (pattern[i] != 'x')
      continue;
    if (digits++ % 16 == 0)
      bits = next(chance);
    guid[i] = "0123456789abcdef"[bits & 15];
    bits >>= 4;
  }
  guid[i] = '\0';
}

static void to_upper (char *guid) {
  for (; *guid != '\0'; guid++)
    if (*guid >= 'a' && *guid <= 'f')
      *guid = (char)(*guid - 'a' + 'A');
}

/* ---- the world ----------------------------------------------------------- */

static const char *const NAMES[] = {
    "Contoso",
    "Fabrikam",
    "Northwind Traders",
    "Adventure Works",
    "Tailspin Toys",
    "Litware",
    "Wingtip Toys",
    "Proseware",
    "Relecloud",
    "Woodgrove Bank",
    "Coho Vineyard, Winery",
    "Contoso; Söhne",
    "Fabrikam \"Nord\"",
    "\"Litware\"",
    "O'Woodgrove",
    "=Contoso",
    "@Fabrikam",
    "+Tailspin",
    "-Wingtip",
    "＝Proseware",
    "Контосо",
    "Фабрикам Україна",
    "Κοντόσο Αθηνών",
    "קונטוסו",
    "فابريكام التجارية",
    "कॉन्टोसो",
    "ฟาบริคัม",
    "コントソ株式会社",
    "北風貿易有限公司",
    "콘토소",
    "Công ty Contoso",
    "Čontoso Žižkov",
    "İstanbul Fabrikam",
    "Straße & Weiß",
    "Crème Brûlée",
    "Contoso 🚀",
    "👩‍👩‍👧 Family Toys",
    "𝔏itware",
    "back\\slash",
    "Two  Spaces",
};

static const char *const KINDS[] = {
    "GmbH", "Ltd.", "S.A.", "AB", "Inc.", "s.r.o.", "K.K.", "Group", "& Co.",
};

static const char *const PEOPLE[] = {
    "admin",  "megan",  "alex.wilber", "joni.s",  "lee.gu",   "debra",
    "isaiah", "nestor", "patti",       "pradeep", "helpdesk", "björn",
};

static const char *const PRODUCTS[] = {
    "Microsoft 365 Business Premium",
    "Office 365 E3",
    "Azure plan",
    "Exchange Online (Plan 1)",
    "Dynamics 365 Sales, Enterprise",
    "Power BI Pro \"annual\"",
    "Visio; Plan 2",
    "Windows 365 Business 2 vCPU, 8 GB, 128 GB",
    "Project プラン 3",
};

static const char *const PHRASES[] = {
    "seats were added as agreed on the phone; ",
    "see \"terms\", page 4\n",
    "продление на один год, ",
    "年間契約の更新 ",
    "à renouveler avant l'été — ",
    "path C:\\orders\\2026\t",
    "approved 👍 ",
    "two seats moved to the branch in Łódź, ",
};

typedef struct {
  char id[GUID_BYTES]; /* lower case */
  char name[128];
  int number;
} customer;

static void make_customer (uint64_t seed, int number, customer *c) {
  uint64_t chance = chance_for(seed, 'c', number);
  const char *name = PICK(&chance, NAMES);
  const char *kind = PICK(&chance, KINDS);
  c->number = number;
  make_guid(&chance, c->id);
  snprintf(c->name, sizeof c->name, "%s %s %d", name, kind, number + 1);
}

typedef struct {
  char offer[GUID_BYTES];
  char subscription[GUID_BYTES];
  const char *name;
  int quantity;
} item;

static void make_item (uint64_t *chance, item *i) {
  make_guid(chance, i->offer);
  make_guid(chance, i->subscription);
  i->name = PICK(chance, PRODUCTS);
  i->quantity = 1 + below(chance, 300);
}

/* ---- a record ------------------------------------------------------------ */

/* In the order of the columns. */
typedef enum {
  ID,
  PARTNER_ID,
  CUSTOMER_ID,
  CUSTOMER_NAME,
  USER_PRINCIPAL_NAME,
  APPLICATION_ID,
  SESSION_ID,
  ORIGINAL_CORRELATION_ID,
  RESOURCE_TYPE,
  OPERATION_TYPE,
  OPERATION_STATUS,
  OPERATION_DATE,
  RESOURCE_OLD_VALUE,
  RESOURCE_NEW_VALUE,
  CUSTOMIZED_DATA, /* JSON, as is the next */
  OTHER,           /* the members that have no column, in one object */
  NFIELDS
} field;

static const struct {
  const char *name;     /* in CSV */
  const char *api_name; /* in JSON */
} FIELDS[NFIELDS] = {
    {"id", "id"},
    {"partner_id", "partnerId"},
    {"customer_id", "customerId"},
    {"customer_name", "customerName"},
    {"user_principal_name", "userPrincipalName"},
    {"application_id", "applicationId"},
    {"session_id", "sessionId"},
    {"original_correlation_id", "originalCorrelationId"},
    {"resource_type", "resourceType"},
    {"operation_type", "operationType"},
    {"operation_status", "operationStatus"},
    {"operation_date", "operationDate"},
    {"resource_old_value", "resourceOldValue"},
    {"resource_new_value", "resourceNewValue"},
    {"customized_data", "customizedData"},
    {"other", NULL},
};

/* A field that the record has is never empty. */
typedef struct {
  text all; /* fields, one after another */
  struct {
    size_t start;
    size_t len;
  } span[NFIELDS];
} record;

static void start_field (record *r, field f) {
  r->span[f].start = r->all.len;
}

static void end_field (record *r, field f) {
  r->span[f].len = r->all.len - r->span[f].start;
}

static void set_field (record *r, field f, const char *string) {
  start_field(r, f);
  add(&r->all, string, strlen(string));
  end_field(r, f);
}

/* What happened: all that the fields of one record have in common. */
typedef struct {
  uint64_t chance;
  char partner[GUID_BYTES];
  customer customer;
  char resource[GUID_BYTES]; /* id of the order, subscription or user */
  char ticks[24];
  char date[32];
  const char *status;
  int nitems;
  item items[MAX_ITEMS];
} event;

static void set_guid (record *r, field f, event *e) {
  char guid[GUID_BYTES];
  make_guid(&e->chance, guid);
  set_field(r, f, guid);
}

/* Now and then a value carries a long text, so that values of all sizes up to
** the largest occur. The rest of the value must fit in the last 400 bytes. */
static void put_notes (record *r, field f, event *e) {
  size_t limit = (size_t)below(&e->chance, VALUE_MAX_BYTES - 400);
  if (!one_in(&e->chance, 30))
    return;
  put(&r->all, "'Notes':'");
  while (r->all.len - r->span[f].start < limit)
    put(&r->all, "%j", PICK(&e->chance, PHRASES));
  put(&r->all, "',");
}

/* ---- operations ---------------------------------------------------------- */

static void put_line_item (text *t, int number, const item *i) {
  put(t,
      "%s{'LineItemNumber':%d,'OfferId':'%s','SubscriptionId':'%s',"
      "'ParentSubscriptionId':null,'FriendlyName':'%j','Quantity':%d,"
      "'TermDuration':'P1Y','TransactionType':'New',"
      "'PartnerIdOnRecord':null}",
      number > 0 ? "," : "", number, i->offer, i->subscription, i->name,
      i->quantity);
}

static void put_item_data (text *t, int n, const item *i) {
  put(t,
      ",{'key':'OfferId-%d','value':'%s'}"
      ",{'key':'SubscriptionId-%d','value':'%s'}"
      ",{'key':'SubscriptionName-%d','value':'%j'}"
      ",{'key':'Quantity-%d','value':'%d'}"
      ",{'key':'PartnerOnRecord-%d','value':null}",
      n, i->offer, n, i->subscription, n, i->name, n, i->quantity, n);
}

static void create_order (record *r, event *e) {
  text *t = &r->all;
  int n;
  start_field(r, RESOURCE_NEW_VALUE);
  put(t,
      "{'Id':'%s','ReferenceCustomerId':'%s','BillingCycle':'monthly',"
      "'CurrencyCode':'EUR','CurrencySymbol':'€','LineItems':[",
      e->resource, e->customer.id);
  for (n = 0; n < e->nitems; n++)
    put_line_item(t, n, &e->items[n]);
  put(t, "],");
  put_notes(r, RESOURCE_NEW_VALUE, e);
  put(t,
      "'CreationDate':'%s','Status':'completed',"
      "'TransactionType':'UserPurchase','Attributes':{'ObjectType':'Order'}}",
      e->date);
  end_field(r, RESOURCE_NEW_VALUE);
  start_field(r, CUSTOMIZED_DATA);
  put(t,
      "[{'key':'OrderId','value':'%s'},{'key':'AlternateId','value':null}"
      ",{'key':'BillingCycle','value':'Monthly'}",
      e->resource);
  for (n = 0; n < e->nitems; n++)
    put_item_data(t, n, &e->items[n]);
  put(t, "]");
  end_field(r, CUSTOMIZED_DATA);
}

static void put_subscription (record *r, field f, event *e, int quantity) {
  start_field(r, f);
  put(&r->all,
      "{'Id':'%s','OfferId':'%s','FriendlyName':'%j','Quantity':%d,"
      "'UnitType':'Licenses','AutoRenewEnabled':true,"
      "'BillingCycle':'monthly',",
      e->resource, e->items[0].offer, e->items[0].name, quantity);
  put_notes(r, f, e);
  put(&r->all,
      "'CommitmentEndDate':'%s','Status':'active',"
      "'Attributes':{'ObjectType':'Subscription'}}",
      e->date);
  end_field(r, f);
}

static void update_subscription (record *r, event *e) {
  int quantity = e->items[0].quantity;
  put_subscription(r, RESOURCE_OLD_VALUE, e, quantity);
  put_subscription(r, RESOURCE_NEW_VALUE, e, quantity + 5);
  start_field(r, CUSTOMIZED_DATA);
  put(&r->all,
      "[{'key':'SubscriptionId','value':'%s'}"
      ",{'key':'OfferId','value':'%s'},{'key':'SubscriptionName','value':'%j'}"
      ",{'key':'Quantity','value':'%d'},{'key':'Status','value':'Active'}"
      ",{'key':'PartnerOnRecord','value':null}"
      ",{'key':'ActionTaken','value':'QuantityChanged'}]",
      e->resource, e->items[0].offer, e->items[0].name, quantity + 5);
  end_field(r, CUSTOMIZED_DATA);
}

static void update_customer_user_licenses (record *r, event *e) {
  const char *sku = e->items[0].offer;
  start_field(r, RESOURCE_NEW_VALUE);
  put(&r->all,
      "{'LicensesToAssign':[{'ExcludedPlans':null,'SkuId':'%s'}],"
      "'LicensesToRemove':null,'LicenseWarnings':[],",
      sku);
  put_notes(r, RESOURCE_NEW_VALUE, e);
  put(&r->all, "'Attributes':{'ObjectType':'LicenseUpdate'}}");
  end_field(r, RESOURCE_NEW_VALUE);
  start_field(r, CUSTOMIZED_DATA);
  put(&r->all,
      "[{'key':'CustomerUserId','value':'%s'}"
      ",{'key':'AddedLicenseSkuId','value':'%s'}]",
      e->resource, sku);
  end_field(r, CUSTOMIZED_DATA);
}

static void add_customer (record *r, event *e) {
  const char *name = e->customer.name;
  char password[GUID_BYTES];
  make_guid(&e->chance, password);
  start_field(r, RESOURCE_NEW_VALUE);
  put(&r->all,
      "{'Id':'%s','CompanyProfile':{'Domain':'customer%d.example',"
      "'CompanyName':'%j','Address':null,'Email':null},"
      "'BillingProfile':{'Id':'%s','FirstName':'Megan','LastName':'%j',"
      "'Email':'admin@customer%d.example','Culture':'en-US','Language':'en',",
      e->customer.id, e->customer.number, name, e->resource, name,
      e->customer.number);
  put_notes(r, RESOURCE_NEW_VALUE, e);
  put(&r->all,
      "'CompanyName':'%j'},'RelationshipToPartner':'reseller',"
      "'AllowDelegatedAccess':true,"
      "'UserCredentials':{'userName':'admin','password':'%s'},"
      "'Attributes':{'ObjectType':'Customer'}}",
      name, password);
  end_field(r, RESOURCE_NEW_VALUE);
  start_field(r, CUSTOMIZED_DATA);
  put(&r->all,
      "[{'key':'PrimaryDomainName','value':'customer%d.example'}"
      ",{'key':'Relationship','value':'Reseller'}]",
      e->customer.number);
  end_field(r, CUSTOMIZED_DATA);
}

static void without_values (record *r, event *e) {
  if (one_in(&e->chance, 2))
    return;
  start_field(r, CUSTOMIZED_DATA);
  put(&r->all, "[{'key':'CustomerUserId','value':'%s'}]", e->resource);
  end_field(r, CUSTOMIZED_DATA);
}

static const struct operation {
  const char *type;
  const char *in_id; /* how an id names it */
  const char *resource_type;
  void (*fill)(record *r, event *e); /* its values and customized data */
  int weight;                        /* of 100 */
} OPERATIONS[] = {
    {"update_customer_user_licenses", "updatecustomeruserlicenses", "license",
     update_customer_user_licenses, 24},
    {"update_subscription", "updatesubscription", "subscription",
     update_subscription, 11},
    {"create_order", "createorder", "order", create_order, 5},
    {"add_customer", "addcustomer", "customer", add_customer, 2},
    {"update_customer_user", "updatecustomeruser", "customer_user",
     without_values, 24},
    {"reset_customer_user_password", "resetcustomeruserpassword",
     "customer_user", without_values, 14},
    {"create_customer_user", "createcustomeruser", "customer_user",
     without_values, 12},
    {"granular_admin_relationship_approved",
     "granularadminrelationshipapproved", "granular_admin_relationship",
     without_values, 5},
    {"ready_invoice", "readyinvoice", "invoice", without_values, 3},
};

static const struct operation *pick_operation (uint64_t *chance) {
  const struct operation *op = OPERATIONS;
  int left = below(chance, 100);
  while (left >= op->weight) {
    left -= op->weight;
    op++;
  }
  return op;
}

/* ---- making a record ----------------------------------------------------- */

/* What was asked for. */
typedef struct {
  int64_t records;
  const struct format *format;
  int months;
  uint64_t seed;
  int customers;
  int64_t first_ticks; /* where the months begin */
  int64_t step_ticks;  /* between two records, on average */
} request;

static void make_date (int64_t ticks, char date[32]) {
  time_t seconds = (time_t)(ticks / TICKS_PER_SECOND - SECONDS_UNTIL_1970);
  int fraction = (int)(ticks % TICKS_PER_SECOND);
  struct tm tm;
  size_t len;
  gmtime_r(&seconds, &tm);
  len = strftime(date, 32, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf(date + len, 32 - len, ".%07dZ", fraction);
}

/* Some customers are busy and most are quiet: a square law. */
static int pick_customer (uint64_t *chance, int customers) {
  int64_t among = below(chance, customers) + 1;
  return below(chance, (int)among);
}

static const char *pick_status (uint64_t *chance) {
  int percent = below(chance, 100);
  return percent < 4 ? "failed" : percent < 5 ? "decline" : "succeeded";
}

static int is_second_delivery (int64_t slot) {
  return slot >= LATER_BY && slot % CHANGE_EVERY == CHANGE_EVERY - 1;
}

static int64_t second_deliveries (int64_t records) {
  return records > LATER_BY ? records / CHANGE_EVERY - LATER_BY / CHANGE_EVERY
                            : 0;
}

/* Whether the record in this slot is in progress, and comes again. */
static int is_progress (const request *job, int64_t slot) {
  int64_t later = slot + LATER_BY;
  return later < job->records && is_second_delivery(later);
}

/* A record that is delivered twice is the same but for its status. */
static void make_event (const request *job, int64_t slot, event *e) {
  int second = is_second_delivery(slot);
  int64_t number = second ? slot - LATER_BY : slot;
  uint64_t partner = chance_for(job->seed, 'p', 0);
  uint64_t *chance = &e->chance;
  int64_t ticks = job->first_ticks + number * job->step_ticks;
  int n;
  e->chance = chance_for(job->seed, 'r', number);
  ticks += (int64_t)(next(chance) % (uint64_t)job->step_ticks);
  make_guid(&partner, e->partner);
  make_customer(job->seed, pick_customer(chance, job->customers), &e->customer);
  make_guid(chance, e->resource);
  snprintf(e->ticks, sizeof e->ticks, "%" PRId64, ticks);
  make_date(ticks, e->date);
  e->status = pick_status(chance);
  if (second)
    e->status = "succeeded";
  else if (is_progress(job, slot))
    e->status = "progress";
  e->nitems = one_in(chance, 3) ? 1 + below(chance, MAX_ITEMS) : 1;
  for (n = 0; n < e->nitems; n++)
    make_item(chance, &e->items[n]);
}

/* The two forms of ids that the API's samples show; the third is the second
** with the customer as its resource. */
static void set_id (record *r, event *e, const struct operation *op) {
  const char *resource =
      op->fill == add_customer ? e->customer.id : e->resource;
  start_field(r, ID);
  if (one_in(&e->chance, 2))
    put(&r->all, "%s_%s_%s_%s", e->partner, e->customer.id, op->in_id,
        e->ticks);
  else
    put(&r->all, "%s_%s_%s_%s_%s", e->partner, e->customer.id, resource,
        op->in_id, e->ticks);
  end_field(r, ID);
}

static void set_customer (record *r, event *e) {
  char id[GUID_BYTES];
  memcpy(id, e->customer.id, sizeof id);
  if (one_in(&e->chance, 12))
    to_upper(id);
  set_field(r, CUSTOMER_ID, id);
  if (!one_in(&e->chance, 40))
    set_field(r, CUSTOMER_NAME, e->customer.name);
}

static void set_user (record *r, event *e) {
  start_field(r, USER_PRINCIPAL_NAME);
  if (one_in(&e->chance, 10))
    put(&r->all, "admin@customer%d.example", e->customer.number);
  else
    put(&r->all, "%s@contoso-partner.example", PICK(&e->chance, PEOPLE));
  end_field(r, USER_PRINCIPAL_NAME);
}

static void set_origin (record *r, event *e) {
  if (one_in(&e->chance, 3))
    set_field(r, APPLICATION_ID, "Partner Center Native App");
  else if (!one_in(&e->chance, 5))
    set_guid(r, APPLICATION_ID, e);
  if (one_in(&e->chance, 3))
    set_guid(r, SESSION_ID, e);
  if (!one_in(&e->chance, 8))
    set_guid(r, ORIGINAL_CORRELATION_ID, e);
}

static void set_other (record *r, event *e) {
  start_field(r, OTHER);
  put(&r->all, "{'attributes':{'objectType':'AuditRecord'");
  if (one_in(&e->chance, 16))
    put(&r->all, ",'etag':'%s'", e->resource);
  put(&r->all, "},'participants':['%s']}", e->partner);
  end_field(r, OTHER);
}

static void make_record (const request *job, int64_t slot, record *r) {
  const struct operation *op;
  event e;
  r->all.len = 0;
  memset(r->span, 0, sizeof r->span);
  make_event(job, slot, &e);
  op = pick_operation(&e.chance);
  if (!one_in(&e.chance, 50))
    set_id(r, &e, op);
  set_field(r, PARTNER_ID, e.partner);
  set_customer(r, &e);
  set_user(r, &e);
  set_origin(r, &e);
  set_field(r, RESOURCE_TYPE, op->resource_type);
  set_field(r, OPERATION_TYPE, op->type);
  set_field(r, OPERATION_STATUS, e.status);
  set_field(r, OPERATION_DATE, e.date);
  op->fill(r, &e);
  set_other(r, &e);
}

/* ---- writing ------------------------------------------------------------- */

static void flush (text *out) {
  if (fwrite(out->data, 1, out->len, stdout) != out->len)
    fail(strerror(errno));
  out->len = 0;
}

static void write_json (const record *r, text *out) {
  const char *data = r->all.data;
  const char *separator = "{";
  int f;
  for (f = 0; f < OTHER; f++) {
    if (r->span[f].len == 0)
      continue;
    put(out, "%s'%s':", separator, FIELDS[f].api_name);
    separator = ",";
    if (f == CUSTOMIZED_DATA) {
      add(out, data + r->span[f].start, r->span[f].len);
      continue;
    }
    add_char(out, '"');
    add_escaped(out, data + r->span[f].start, r->span[f].len);
    add_char(out, '"');
  }
  add_char(out, ','); /* in place of the brace before the other members */
  add(out, data + r->span[OTHER].start + 1, r->span[OTHER].len - 1);
}

/* No field holds a line end, or a space at its ends. */
static void write_cell (text *out, const char *bytes, size_t len) {
  size_t i;
  if (memchr(bytes, '"', len) == NULL && memchr(bytes, ',', len) == NULL) {
    add(out, bytes, len);
    return;
  }
  add_char(out, '"');
  for (i = 0; i < len; i++) {
    if (bytes[i] == '"')
      add_char(out, '"');
    add_char(out, bytes[i]);
  }
  add_char(out, '"');
}

static void write_csv (const record *r, text *out) {
  int f;
  for (f = 0; f < NFIELDS; f++) {
    if (f > 0)
      add_char(out, ',');
    write_cell(out, r->all.data + r->span[f].start, r->span[f].len);
  }
}

typedef struct {
  record record;
  text out;
} writer;

static void write_slot (const request *job, int64_t slot, writer *w,
                        void (*write)(const record *, text *)) {
  make_record(job, slot, &w->record);
  write(&w->record, &w->out);
  if (w->out.len > sizeof w->out.data / 2)
    flush(&w->out);
}

static void write_jsonl (const request *job, writer *w) {
  int64_t slot;
  for (slot = 0; slot < job->records; slot++) {
    write_slot(job, slot, w, write_json);
    put(&w->out, "\n");
  }
}

static void write_array (const request *job, writer *w) {
  int64_t slot;
  put(&w->out, "[");
  for (slot = 0; slot < job->records; slot++) {
    put(&w->out, slot > 0 ? ",\n" : "\n");
    write_slot(job, slot, w, write_json);
  }
  put(&w->out, "\n]\n");
}

/* One page as the API sends it: newest first. */
static void write_page (const request *job, int64_t start, int64_t stop,
                        writer *w) {
  int64_t slot;
  put(&w->out, "{'totalCount':%d,'items':[", (int)(stop - start));
  for (slot = stop - 1; slot >= start; slot--) {
    write_slot(job, slot, w, write_json);
    put(&w->out, slot > start ? "," : "");
  }
  put(&w->out,
      "],'links':{'self':{'uri':'/auditrecords?size=%d','method':'GET',"
      "'headers':[]}},'attributes':{'objectType':'Collection'}}\n",
      PAGE_RECORDS);
}

static void write_pages (const request *job, writer *w) {
  int64_t start, stop;
  for (start = 0; start < job->records; start = stop) {
    stop = start + PAGE_RECORDS;
    if (stop > job->records)
      stop = job->records;
    write_page(job, start, stop, w);
  }
}

static void write_table (const request *job, writer *w) {
  int64_t slot;
  int f;
  for (f = 0; f < NFIELDS; f++)
    put(&w->out, "%s%s", f > 0 ? "," : "", FIELDS[f].name);
  put(&w->out, "\r\n");
  for (slot = 0; slot < job->records; slot++) {
    write_slot(job, slot, w, write_csv);
    put(&w->out, "\r\n");
  }
}

static const struct format {
  const char *name;
  void (*write)(const request *job, writer *w);
} FORMATS[] = {
    {"jsonl", write_jsonl},
    {"pages", write_pages},
    {"array", write_array},
    {"csv", write_table},
};

/* ---- the command --------------------------------------------------------- */

static void usage (void) {
  fail("usage: generate N [--format=jsonl|pages|array|csv] [--months=24] "
       "[--seed=1] [--customers=5000]");
}

static int64_t whole_number (const char *string, int64_t min, int64_t max) {
  char *end;
  long long number;
  errno = 0;
  number = strtoll(string, &end, 10);
  if (errno != 0 || end == string || *end != '\0' || number < min ||
      number > max)
    usage();
  return number;
}

static const struct format *find_format (const char *name) {
  int i;
  for (i = 0; i < COUNT(FORMATS); i++)
    if (strcmp(FORMATS[i].name, name) == 0)
      return &FORMATS[i];
  usage();
  return NULL;
}

static void read_options (request *job, int argc, char **argv) {
  static const struct option OPTIONS[] = {
      {"format", required_argument, NULL, 'f'},
      {"months", required_argument, NULL, 'm'},
      {"seed", required_argument, NULL, 's'},
      {"customers", required_argument, NULL, 'c'},
      {NULL, 0, NULL, 0},
  };
  int option;
  while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
    if (option == 'f')
      job->format = find_format(optarg);
    else if (option == 'm')
      job->months = (int)whole_number(optarg, 1, 1200);
    else if (option == 's')
      job->seed = (uint64_t)whole_number(optarg, 0, INT64_MAX);
    else if (option == 'c')
      job->customers = (int)whole_number(optarg, 1, 10000000);
    else
      usage();
  }
  if (optind != argc - 1)
    usage();
  job->records = whole_number(argv[optind], 0, 1000000000);
}

/* The months end with 2026-11-19, whatever the day is today. */
static void spread (request *job) {
  struct tm end = {.tm_year = 126, .tm_mon = 10, .tm_mday = 20};
  struct tm start = {.tm_year = 126, .tm_mon = 10, .tm_mday = 20};
  int64_t first, seconds;
  start.tm_mon -= job->months;
  first = (int64_t)timegm(&start);
  seconds = (int64_t)timegm(&end) - first;
  job->first_ticks = (first + SECONDS_UNTIL_1970) * TICKS_PER_SECOND;
  job->step_ticks =
      seconds * TICKS_PER_SECOND / (job->records > 0 ? job->records : 1);
}

int main (int argc, char **argv) {
  request job = {.format = FORMATS, .months = 24, .seed = 1, .customers = 5000};
  static writer w; /* too large for some stacks */
  read_options(&job, argc, argv);
  spread(&job);
  job.format->write(&job, &w);
  flush(&w.out);
  if (fflush(stdout) != 0)
    fail(strerror(errno));
  fprintf(stderr, "%" PRId64 " records, %" PRId64 " distinct\n", job.records,
          job.records - second_deliveries(job.records));
  return 0;
}
