// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>

#include <asm-generic/hugetlb_encode.h>

#include "word.h"

struct word {
	const char *name;
	int64_t value;
};

static const struct word no_words[] = {
	{ NULL, 0 },
};

static const struct word key_words[] = {
	{ "PRIVATE", IPC_PRIVATE },
	{ NULL, 0 },
};

static const struct word number_words[] = {
	{ "INFINITY", (int64_t)RLIM_INFINITY },
	{ NULL, 0 },
};

static const struct word get_flags_words[] = {
	{ "CREAT", IPC_CREAT },
	{ "EXCL", IPC_EXCL },
	{ "NORESERVE", SHM_NORESERVE },
	{ "HUGETLB", SHM_HUGETLB },
	/* Its bits include those of the next. */
	{ "HUGE_2MB", HUGETLB_FLAG_ENCODE_2MB },
	{ "HUGE_64KB", HUGETLB_FLAG_ENCODE_64KB },
	{ NULL, 0 },
};

static const struct word attach_flags_words[] = {
	{ "RDONLY", SHM_RDONLY }, { "EXEC", SHM_EXEC }, { "RND", SHM_RND },
	{ "REMAP", SHM_REMAP },	  { NULL, 0 },
};

static const struct word command_words[] = {
	{ "IPC_STAT", IPC_STAT },	  { "IPC_SET", IPC_SET },
	{ "IPC_RMID", IPC_RMID },	  { "IPC_INFO", IPC_INFO },
	{ "SHM_INFO", SHM_INFO },	  { "SHM_STAT", SHM_STAT },
	{ "SHM_STAT_ANY", SHM_STAT_ANY }, { "SHM_LOCK", SHM_LOCK },
	{ "SHM_UNLOCK", SHM_UNLOCK },	  { NULL, 0 },
};

static const struct word buffer_words[] = {
	{ "good", BUFFER_GOOD },
	{ "null", BUFFER_NULL },
	{ "bad", BUFFER_BAD },
	{ "kernel", BUFFER_KERNEL },
	{ "readonly", BUFFER_READONLY },
	{ "writeonly", BUFFER_WRITEONLY },
	{ "short", BUFFER_SHORT },
	{ "device", BUFFER_DEVICE },
	{ NULL, 0 },
};

static const struct word protection_words[] = {
	{ "NONE", PROT_NONE }, { "READ", PROT_READ }, { "WRITE", PROT_WRITE },
	{ "EXEC", PROT_EXEC }, { NULL, 0 },
};

static const struct word advice_words[] = {
	{ "NORMAL", MADV_NORMAL },
	{ "WILLNEED", MADV_WILLNEED },
	{ "DONTNEED", MADV_DONTNEED },
	{ "REMOVE", MADV_REMOVE },
	{ "DONTFORK", MADV_DONTFORK },
	{ "DOFORK", MADV_DOFORK },
	{ "FREE", MADV_FREE },
	{ "WIPEONFORK", MADV_WIPEONFORK },
	{ "MERGEABLE", MADV_MERGEABLE },
	{ "COLD", MADV_COLD },
	{ "POPULATE_READ", MADV_POPULATE_READ },
	{ "POPULATE_WRITE", MADV_POPULATE_WRITE },
	{ NULL, 0 },
};

static const struct word lock_flags_words[] = {
	{ "NONE", 0 },
	{ "CURRENT", MCL_CURRENT },
	{ "FUTURE", MCL_FUTURE },
	{ NULL, 0 },
};

static const struct word page_number_words[] = {
	{ "OWN", OWN_PAGE },
	{ NULL, 0 },
};

static const struct word resource_words[] = {
	{ "MEMLOCK", RLIMIT_MEMLOCK },
	{ "NOFILE", RLIMIT_NOFILE },
	{ "AS", RLIMIT_AS },
	{ NULL, 0 },
};

static const struct word setting_words[] = {
	{ "shmmax", SETTING_SHMMAX },
	{ "shmall", SETTING_SHMALL },
	{ "shmmni", SETTING_SHMMNI },
	{ "shm_rmid_forced", SETTING_RMID_FORCED },
	{ "overcommit_memory", SETTING_OVERCOMMIT },
	{ "nr_hugepages", SETTING_HUGE_PAGES },
	{ "file-max", SETTING_FILES },
	{ NULL, 0 },
};

static const struct word namespace_words[] = {
	{ "ipc", CLONE_NEWIPC },
	{ "net", CLONE_NEWNET },
	{ NULL, 0 },
};

static const struct vocabulary {
	const struct word *words;
	/* Values are bits, which can be joined. */
	bool bits;
	/* How numbers are written. */
	const char *format;
} vocabularies[] = {
	[SEGMENT] = { .words = no_words, .format = "%lld" },
	[ADDRESS] = { .words = no_words, .format = "%#llx" },
	[KEY] = { .words = key_words, .format = "%#llx" },
	[NUMBER] = { .words = number_words, .format = "%lld" },
	[GET_FLAGS] = { .words = get_flags_words,
			.bits = true,
			.format = "%#llo" },
	[ATTACH_FLAGS] = { .words = attach_flags_words,
			   .bits = true,
			   .format = "%#llo" },
	[USER] = { .words = no_words, .format = "%lld" },
	[MODE] = { .words = no_words, .format = "%#llo" },
	[COMMAND] = { .words = command_words, .format = "%lld" },
	[BUFFER] = { .words = buffer_words },
	[PROTECTION] = { .words = protection_words, .bits = true },
	[ADVICE] = { .words = advice_words },
	[LOCK_FLAGS] = { .words = lock_flags_words, .bits = true },
	[PAGE_NUMBER] = { .words = page_number_words, .format = "%lld" },
	[PROCESS] = { .words = no_words, .format = "%lld" },
	[RESOURCE] = { .words = resource_words },
	[SETTING] = { .words = setting_words },
	[NAMESPACE] = { .words = namespace_words },
};

static const struct word *find_name(const struct vocabulary *vocabulary,
				    const char *name, size_t length)
{
	const struct word *word;

	for (word = vocabulary->words; word->name; word++)
		if (strlen(word->name) == length &&
		    !memcmp(word->name, name, length))
			return word;
	return NULL;
}

static bool parse_one(const struct vocabulary *vocabulary, const char *text,
		      size_t length, int64_t *value)
{
	const struct word *word = find_name(vocabulary, text, length);
	char *end;

	if (word) {
		*value = word->value;
		return true;
	}
	if (!vocabulary->format || !length)
		return false;
	errno = 0;
	/* Addresses and sizes use all bits; a sign is read as well. */
	*value = (int64_t)strtoull(text, &end, 0);
	return !errno && end == text + length;
}

bool word_parse(enum argument_type type, const char *text, int64_t *value)
{
	const struct vocabulary *vocabulary = &vocabularies[type];
	int64_t part;
	size_t length;

	*value = 0;
	for (;;) {
		length = vocabulary->bits ? strcspn(text, "|") : strlen(text);
		if (!parse_one(vocabulary, text, length, &part))
			return false;
		*value |= part;
		text += length;
		if (!*text)
			return true;
		text++;
	}
}

static void print_bits(FILE *file, const struct vocabulary *vocabulary,
		       int64_t value)
{
	const struct word *word;
	const char *separator = "";

	for (word = vocabulary->words; word->name; word++) {
		if (!word->value || (value & word->value) != word->value)
			continue;
		fprintf(file, "%s%s", separator, word->name);
		separator = "|";
		value &= ~word->value;
	}
	if (!value && *separator)
		return;
	fputs(separator, file);
	if (vocabulary->format)
		fprintf(file, vocabulary->format, (long long)value);
	else
		fputs(vocabulary->words[0].name, file);
}

void word_print(FILE *file, enum argument_type type, int64_t value)
{
	const struct vocabulary *vocabulary = &vocabularies[type];
	const struct word *word;

	if (vocabulary->bits) {
		print_bits(file, vocabulary, value);
		return;
	}
	for (word = vocabulary->words; word->name; word++) {
		if (word->value == value) {
			fputs(word->name, file);
			return;
		}
	}
	fprintf(file, vocabulary->format, (long long)value);
}
