interface Branch {
  /** The topic that ends here. */
  topic: string | undefined;
  below: Map<string, Branch>;
}

const newBranch = (): Branch => ({ topic: undefined, below: new Map() });

/** A trie of topics by level. Matching a filter costs the topics it matches, not all topics there are. */
export class TopicTree {
  readonly #root = newBranch();

  add(topic: string): void {
    let branch = this.#root;
    for (const level of topic.split('/')) {
      let next = branch.below.get(level);
      if (!next) {
        next = newBranch();
        branch.below.set(level, next);
      }
      branch = next;
    }
    branch.topic = topic;
  }

  delete(topic: string): void {
    const path = [this.#root];
    const levels = topic.split('/');
    for (const level of levels) {
      const next = path.at(-1)?.below.get(level);
      if (!next) return;
      path.push(next);
    }
    (path.at(-1) as Branch).topic = undefined;
    for (let depth = levels.length; depth > 0; depth--) {
      const branch = path[depth] as Branch;
      if (branch.topic !== undefined || branch.below.size > 0) return;
      path[depth - 1]?.below.delete(levels[depth - 1] as string);
    }
  }

  /** Topics that a filter with `+` for any one level matches, each branch in the order its topics came. */
  *matching(filter: string): Generator<string> {
    yield* matchingBelow(this.#root, filter.split('/'), 0);
  }
}

function* matchingBelow(branch: Branch, levels: readonly string[], depth: number): Generator<string> {
  if (depth === levels.length) {
    if (branch.topic !== undefined) yield branch.topic;
    return;
  }
  const level = levels[depth] as string;
  const next = level === '+' ? branch.below.values() : [branch.below.get(level)];
  for (const below of next) if (below) yield* matchingBelow(below, levels, depth + 1);
}
