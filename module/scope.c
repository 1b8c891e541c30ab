// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - scopes: each network namespace has a registry of its own
 */

#include "scope.h"

#include "lifetime.h"
#include "region.h"
#include "registry.h"

#include <linux/err.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

/* Goes with the namespace; the registry may outlive it. */
struct scope {
	struct shmregion_registry *registry;
};

static unsigned int scope_id;

struct shmregion_registry *shmregion_scope_registry(const struct net *net)
{
	const struct scope *scope = net_generic(net, scope_id);

	return shmregion_registry_get(scope->registry);
}

static int __net_init scope_enter(struct net *net)
{
	struct shmregion_registry *registry = shmregion_registry_create();
	struct scope *scope = net_generic(net, scope_id);

	if (IS_ERR(registry))
		return PTR_ERR(registry);
	scope->registry = registry;
	return 0;
}

/*
 * The namespace is dead: no descriptor is left, which would hold it, so nothing
 * is created any more. What is attached lives on outside the tables. A region
 * that holds the module may be the last to do so, but the module's exit waits
 * for this to return before it unregisters.
 */
static void __net_exit scope_leave(struct net *net)
{
	const struct scope *scope = net_generic(net, scope_id);
	struct shmregion *region;

	while ((region = shmregion_registry_next(scope->registry, 0))) {
		shmregion_registry_take_out(region);
		shmregion_lifetime_remove(region);
		shmregion_region_put(region);
		cond_resched();
	}
	shmregion_registry_put(scope->registry);
}

static struct pernet_operations scope_ops = {
	.init = scope_enter,
	.exit = scope_leave,
	.id = &scope_id,
	.size = sizeof(struct scope),
};

int __init shmregion_scope_init(void)
{
	return register_pernet_subsys(&scope_ops);
}

void shmregion_scope_exit(void)
{
	unregister_pernet_subsys(&scope_ops);
}
