import type { Redis } from 'ioredis';

/** The part of a name that a Redis Cluster places it by: that in its first braces, otherwise all of it. */
function tagOf(name: string): string {
  return /^[^{]*\{([^}]+)\}/.exec(name)?.[1] ?? name;
}

/** Whether all names are on one node of a Redis Cluster, and names made from them by adding text at the end too. */
export function haveOneTag(names: readonly string[]): boolean {
  const tags = new Set(names.map(tagOf));
  return tags.size === 1 && names.every((name) => tagOf(name) !== name);
}

/** The names with one tag: the part before the first colon where all begin with the same, otherwise `ml4t`. */
export function withOneTag(names: readonly string[]): readonly string[] {
  const plain = names.map((name) => name.replace(/[{}]/g, ''));
  const prefixes = new Set(plain.map((name) => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '')));
  const [prefix = ''] = prefixes;
  if (prefixes.size > 1 || prefix === '') return plain.map((name) => `{ml4t}:${name}`);
  return plain.map((name) => `{${prefix}}${name.slice(prefix.length)}`);
}

/** Whether a server is a node of a cluster; false for one older than 6.0, which does not say. */
export async function isClusterNode(redis: Redis): Promise<boolean> {
  try {
    const reply = await redis.call('HELLO');
    return Array.isArray(reply) && reply[reply.indexOf('mode') + 1] === 'cluster';
  } catch (error) {
    if (/^(ERR|NOPERM)/.test((error as Error).message)) return false;
    throw error;
  }
}
