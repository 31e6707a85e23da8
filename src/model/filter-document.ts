/** What the objects of a rule have in common. */
export interface Predicates {
  readonly prefix: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Further ones, by the API's names. */
  readonly others: Readonly<Record<string, number>>;
}

/** The `Filter` of a replication or lifecycle rule: one predicate stands alone, several stand in `And`. */
export function toFilter({ prefix, tags, others }: Predicates): object {
  const [only] = tags;
  const count = (prefix === '' ? 0 : 1) + tags.length + Object.keys(others).length;
  if (count > 1) {
    return {
      And: { ...(prefix === '' ? {} : { Prefix: prefix }), ...(only === undefined ? {} : { Tags: tags }), ...others },
    };
  }
  if (only !== undefined) return { Tag: only };
  return Object.keys(others).length === 1 ? others : { Prefix: prefix };
}

/** Tags as the API lists them. */
export function toTagList(tags: Readonly<Record<string, string>>): Predicates['tags'] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
