/** Names of options: camelCase in this package, snake_case in the control API. */

/** A name in camelCase: `ttl_seconds` becomes `ttlSeconds`. */
export type CamelName<Name> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelName<Tail>>}`
  : Name;

/** An object whose own member names are in camelCase; nested data keeps its names. */
export type CamelMembers<Members> = { [Name in keyof Members as CamelName<Name>]: Members[Name] };

/** Members with names of the control API; those that are undefined are left out. */
export function snakeMembers(options: object): Record<string, unknown> {
  const members = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [snakeName(name), value]));
}

/** Members of a flat object of the control API, with names in camelCase. */
export function camelMembers<Members extends object>(members: Members): CamelMembers<Members> {
  const entries = Object.entries(members).map(([name, value]) => [camelName(name), value]);
  return Object.fromEntries(entries) as CamelMembers<Members>;
}

function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelName(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
