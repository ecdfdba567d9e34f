/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The exec cache: what each live program was started with. A dying process can't be asked (its
 * memory goes first, and setproctitle overwrites arguments and environment long before), so they
 * are kept from the moment of the exec on. A process and its forks share one entry.
 */
#ifndef OOMTRACE_EXEC_BPF_H
#define OOMTRACE_EXEC_BPF_H

#include "state.bpf.h"
#include "task.bpf.h"

#define ENV_STRINGS 512	 /* a Kubernetes pod with service links has hundreds of variables */
#define ENV_BYTES   4096 /* a longer variable is read in pieces */
#define RANK_BYTES  64	 /* NAME=VALUE and its NUL */
#define RANK_WORDS  3	 /* 8-byte words that hold the longest of EXEC_RANK_NAMES */

struct exec_scratch {
	struct exec_entry entry;
	__u64 env_at; /* user address of the variable that is read */
	__u64 env_end;
	__u64 env_in_piece; /* it is a later piece of a variable longer than env */
	union {
		char env[ENV_BYTES];
		__u64 env_words[ENV_BYTES / 8];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct exec_scratch);
} exec_scratch SEC(".maps");

/* The len first bytes of the word at s; both are constants once inlined. */
static __always_inline __u64 word(const char *s, int len)
{
	__u64 w = 0;

#pragma unroll
	for (int i = 0; i < 8; i++)
		if (i < len)
			w |= (__u64)(unsigned char)s[i] << (8 * i);
	return w;
}

static __always_inline bool words__start_with(const __u64 *words, const char *name, int len)
{
#pragma unroll
	for (int i = 0; i < RANK_WORDS; i++) {
		int n = len - 8 * i;

		if (n <= 0)
			return true;
		if ((words[i] & (n >= 8 ? ~0ULL : (1ULL << (8 * n)) - 1)) != word(name + 8 * i, n))
			return false;
	}
	return true;
}

static __always_inline bool env__is_rank(const __u64 *words)
{
#define IS_RANK(name)                                                                              \
	if (words__start_with(words, name, sizeof(name) - 1))                                      \
		return true;
	EXEC_RANK_NAMES(IS_RANK)
#undef IS_RANK
	return false;
}

static __always_inline void exec__read_args(struct exec_entry *entry, struct mm_struct *mm)
{
	__u64 from = LOAD(mm, arg_start);
	__u64 bytes = LOAD(mm, arg_end) - from;

	entry->args_total_bytes = bytes;
	if (bytes > EXEC_ARGS_BYTES)
		bytes = EXEC_ARGS_BYTES;
	if (bpf_probe_read_user(entry->args, bytes, (void *)from))
		bytes = 0;
	entry->args_bytes = bytes;
}

static __always_inline void exec__keep_rank(struct exec_scratch *s)
{
	__u32 used = s->entry.ranks_bytes;
	long n;

	if (used > EXEC_RANKS_BYTES - RANK_BYTES)
		return;
	n = bpf_probe_read_user_str(s->entry.ranks + used, RANK_BYTES, (void *)s->env_at);
	if (n > 0)
		s->entry.ranks_bytes = used + n;
}

/*
 * The next variable. Whether it was the last. What changes from one to the next lives in the map, not
 * in registers, where the verifier would tell each combination apart.
 */
static __always_inline bool exec__read_variable(struct exec_scratch *s)
{
	volatile __u64 *at = &s->env_at;
	volatile __u64 *in_piece = &s->env_in_piece;
	long n;

	if (*at >= s->env_end)
		return true;
	n = bpf_probe_read_user_str(s->env, ENV_BYTES, (void *)*at);
	if (n <= 0)
		return true;
	if (!*in_piece && env__is_rank(s->env_words))
		exec__keep_rank(s);
	*in_piece = n == ENV_BYTES;
	*at += n - *in_piece;
	return false;
}

static long exec__turn(__u32 i, void *context)
{
	struct exec_scratch *s;
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&exec_scratch, &zero);
	return !s || exec__read_variable(s);
}

/*
 * has_loop: the kernel has bpf_loop(), since e6f2dd0f8067 ("bpf: Add bpf_loop helper", 5.17), with
 * which the verifier follows one turn. Without it, it follows each, which is most of the time that
 * all programs take to load.
 */
static __always_inline void exec__read_ranks(struct exec_scratch *s, struct mm_struct *mm,
					     bool has_loop)
{
	s->entry.ranks_bytes = 0;
	s->env_at = LOAD(mm, env_start);
	s->env_end = LOAD(mm, env_end);
	s->env_in_piece = 0;
	if (has_loop) {
		bpf_loop(ENV_STRINGS, exec__turn, NULL, 0);
		return;
	}
	for (int i = 0; i < ENV_STRINGS; i++)
		if (exec__read_variable(s))
			break;
}

static __always_inline int exec__remember(struct task_struct *task, bool has_loop)
{
	struct mm_struct *mm = LOAD(task, mm);
	struct exec_scratch *s;
	struct exec_key key;
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&exec_scratch, &zero);
	if (!s || !mm)
		return 0;
	key = mm__exec_key(mm);
	exec__read_args(&s->entry, mm);
	exec__read_ranks(s, mm, has_loop);
	bpf_map_update_elem(&execs, &key, &s->entry, BPF_ANY);
	__sync_fetch_and_add(&counters.execs, 1);
	return 0;
}

#endif /* OOMTRACE_EXEC_BPF_H */
