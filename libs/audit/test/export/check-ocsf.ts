import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import facts from './ocsf-1.5.0.json' with { type: 'json' };

type Attributes = Readonly<Record<string, readonly [string | readonly string[], string]>>;
interface Shape {
  readonly attributes: Attributes;
  readonly at_least_one?: readonly string[];
}

const PRIMITIVES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  string_t: (value) => typeof value === 'string',
  boolean_t: (value) => typeof value === 'boolean',
  integer_t: Number.isSafeInteger,
  // Milliseconds since 1970.
  timestamp_t: (value) => Number.isSafeInteger(value) && Number(value) > 1_600_000_000_000,
  object: (value) => isJsonObject(value),
};
/** An id and the attribute that spells its value out. */
const SIBLINGS = ['severity', 'status', 'action', 'disposition'] as const;

/** What is wrong with an event by the published facts of its class; attributes unknown to them included. */
export function ocsfProblems(event: JsonObject): string[] {
  const known = facts.classes as unknown as Record<
    string,
    Shape & { name: string; category: [number, string]; activities: Record<string, string> }
  >;
  const of = known[JSON.stringify(event.class_uid)];
  if (of === undefined) return [`class_uid ${JSON.stringify(event.class_uid)} is unknown`];
  const metadata = isJsonObject(event.metadata ?? null) ? (event.metadata as JsonObject) : {};
  const profiles = Array.isArray(metadata.profiles) ? metadata.profiles.map(String) : [];
  const added = profiles.map((name) => (facts.profiles as unknown as Record<string, Attributes>)[name] ?? {});
  const attributes = Object.assign({}, facts.base, of.attributes, ...added) as Attributes;
  const activity = of.activities[JSON.stringify(event.activity_id)];
  return [
    ...shapeProblems(
      event,
      { attributes, ...(of.at_least_one === undefined ? {} : { at_least_one: of.at_least_one }) },
      '$',
    ),
    ...(event.category_uid === of.category[0] && event.category_name === of.category[1] ? [] : ['category']),
    ...(event.class_name === of.name ? [] : ['class_name']),
    ...(activity === undefined ? ['activity_id'] : []),
    ...(event.activity_id === 99 || event.activity_name === activity ? [] : ['activity_name']),
    ...(event.type_uid === Number(event.class_uid) * 100 + Number(event.activity_id) ? [] : ['type_uid']),
    ...SIBLINGS.filter((name) => {
      const captions = (facts.enums as Record<string, Record<string, string>>)[`${name}_id`] ?? {};
      return (
        event[`${name}_id`] !== undefined && captions[JSON.stringify(event[`${name}_id`])] !== event[name]
      );
    }),
  ];
}

function shapeProblems(value: JsonObject, shape: Shape, path: string): string[] {
  const missing = Object.entries(shape.attributes).filter(
    ([name, [, need]]) => need === 'required' && value[name] === undefined,
  );
  const either = shape.at_least_one ?? [];
  return [
    ...missing.map(([name]) => `${path}.${name} is required`),
    ...(either.length === 0 || either.some((name) => value[name] !== undefined)
      ? []
      : [`${path}: one of ${either.join(', ')}`]),
    ...Object.entries(value).flatMap(([name, member]) => {
      const attribute = shape.attributes[name];
      return attribute === undefined
        ? [`${path}.${name} is unknown`]
        : valueProblems(member, attribute[0], `${path}.${name}`);
    }),
  ];
}

function valueProblems(value: JsonValue, type: string | readonly string[], path: string): string[] {
  if (typeof type !== 'string') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item: JsonValue, index) => valueProblems(item, type[0] ?? '', `${path}[${index}]`));
  }
  const captions = (facts.enums as Record<string, Record<string, string>>)[type];
  if (captions !== undefined)
    return Object.hasOwn(captions, JSON.stringify(value)) ? [] : [`${path} is none of ${type}`];
  const primitive = PRIMITIVES[type];
  if (primitive !== undefined) return primitive(value) ? [] : [`${path} is no ${type}`];
  const object = (facts.objects as unknown as Record<string, Shape>)[type];
  if (object === undefined || !isJsonObject(value)) return [`${path} is no ${type}`];
  return shapeProblems(value, object, path);
}
