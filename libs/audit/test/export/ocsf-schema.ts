import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./ocsf-schema-1.5.0/', import.meta.url);

/** An attribute as a definition has it, or the dictionary, or both together. */
export interface Attribute {
  readonly caption: string;
  readonly type: string;
  readonly is_array?: true;
  readonly requirement?: 'required' | 'recommended' | 'optional';
  /** It is there only where the event names the profile. */
  readonly profile?: string | null;
  readonly sibling?: string;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
  readonly '@deprecated'?: { readonly since: string };
}

export interface DataType {
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
  readonly values?: readonly unknown[];
}

export interface Shape {
  readonly caption: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

interface Definition {
  readonly caption: string;
  readonly name: string;
  readonly meta?: 'profile';
  readonly uid?: number;
  readonly extends?: string;
  readonly category?: string;
  readonly annotations?: Partial<Attribute>;
  readonly attributes: Readonly<Record<string, Partial<Attribute>>> & {
    readonly $include?: readonly string[];
  };
  readonly constraints?: Shape['constraints'];
  readonly profiles?: readonly string[];
}

type Merged = Omit<Definition, 'attributes'> & {
  readonly attributes: Readonly<Record<string, Partial<Attribute>>>;
};

const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as T;
const dictionary = read<{
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly types: { readonly attributes: Readonly<Record<string, DataType>> };
}>('dictionary.json');
const categories = read<{ readonly attributes: Readonly<Record<string, { uid: number; caption: string }>> }>(
  'categories.json',
).attributes;

/** All definitions below a folder, by their names. */
function definitions(folder: string): ReadonlyMap<string, Definition> {
  const files = readdirSync(new URL(`${folder}/`, FOLDER), { recursive: true, encoding: 'utf8' });
  const all = files
    .filter((file) => file.endsWith('.json'))
    .map((file) => read<Definition>(`${folder}/${file}`));
  return new Map(all.map((definition) => [definition.name, definition]));
}

const events = definitions('events');
const objects = definitions('objects');

export const VERSION = read<{ readonly version: string }>('version.json').version;
export const PROFILES: ReadonlySet<string> = new Set(definitions('profiles').keys());
export const DATA_TYPES = dictionary.types.attributes;

/** An object type with all that it inherits; undefined for one that is not transcribed. */
export function objectShape(name: string): Shape | undefined {
  return objects.has(name) ? shapeOf(merged(objects, name)) : undefined;
}

/** The event class of that uid with all that it inherits; undefined for one that is not transcribed. */
export function classShape(uid: number): Shape | undefined {
  for (const { name, uid: own } of events.values()) {
    const definition = merged(events, name);
    const category = categories[definition.category ?? ''];
    if (own === undefined || category === undefined || category.uid * 1000 + own !== uid) continue;
    const shape = shapeOf(definition);
    return { ...shape, attributes: { ...shape.attributes, ...uidsOf(shape, uid, category) } };
  }
  return undefined;
}

/** What a class says of itself: values that follow from its place in the schema. */
function uidsOf(
  { attributes, caption }: Shape,
  uid: number,
  category: { readonly uid: number; readonly caption: string },
): Record<string, Attribute> {
  const only = (name: string, values: Attribute['enum']) => ({ ...attributes[name]!, enum: values! });
  const activities = Object.entries(attributes.activity_id!.enum!);
  return {
    category_uid: only('category_uid', { [category.uid]: { caption: category.caption } }),
    class_uid: only('class_uid', { [uid]: { caption } }),
    type_uid: only(
      'type_uid',
      Object.fromEntries(
        activities.map(([id, of]) => [uid * 100 + Number(id), { caption: `${caption}: ${of.caption}` }]),
      ),
    ),
  };
}

/** A definition over what it extends and includes; its own word stands. */
function merged(all: ReadonlyMap<string, Definition>, name: string): Merged {
  const own = all.get(name);
  if (own === undefined) throw new Error(`${name} is not transcribed`);
  const parent = own.extends === undefined ? undefined : merged(all, own.extends);
  const { $include = [], ...attributes } = own.attributes;
  return {
    ...own,
    ...(own.category === undefined && parent?.category !== undefined ? { category: parent.category } : {}),
    constraints: own.constraints ?? parent?.constraints ?? {},
    attributes: [...$include.map(included), attributes].reduce(over, parent?.attributes ?? {}),
  };
}

/** The attributes of an included file; those of a profile know that they are its own. */
function included(path: string): Merged['attributes'] {
  const { attributes, annotations, meta, name } = read<Definition>(path);
  const { $include: _none, ...own } = attributes;
  const marked = Object.entries(own).map(([key, attribute]) => [
    key,
    { ...annotations, ...attribute, ...(meta === 'profile' ? { profile: name } : {}) },
  ]);
  return Object.fromEntries(marked);
}

function over(below: Merged['attributes'], above: Merged['attributes']): Merged['attributes'] {
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...names].map((name) => [name, both(below[name], above[name])]));
}

/** Values of an enum are added to those that are inherited. */
function both(below: Partial<Attribute> = {}, above: Partial<Attribute> = {}): Partial<Attribute> {
  const values = { ...below.enum, ...above.enum };
  return { ...below, ...above, ...(Object.keys(values).length === 0 ? {} : { enum: values }) };
}

function shapeOf({ caption, attributes, constraints = {} }: Merged): Shape {
  const whole: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const entry = dictionary.attributes[name];
    if (entry === undefined) throw new Error(`${name} is not in the dictionary`);
    whole[name] = both(entry, attribute) as Attribute;
    // The profile datetime: each time as text beside the number.
    if (whole[name].type === 'timestamp_t')
      whole[`${name}_dt`] = { caption: entry.caption, type: 'datetime_t', profile: 'datetime' };
  }
  return { caption, attributes: whole, constraints };
}
