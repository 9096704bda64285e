import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import {
  type Attribute,
  classShape,
  DATA_TYPES,
  objectShape,
  PROFILES,
  type Shape,
  VERSION,
} from './ocsf-schema.ts';

/** A value whose text its source makes up. */
const OTHER = '99';

/** What is wrong with an event by the rules of the published schema. */
export function ocsfProblems(event: JsonObject): string[] {
  const shape = classShape(Number(event.class_uid));
  if (shape === undefined) return [`$.class_uid: ${JSON.stringify(event.class_uid)} is no class`];
  const metadata = isJsonObject(event.metadata ?? null) ? (event.metadata as JsonObject) : {};
  const profiles = Array.isArray(metadata.profiles) ? metadata.profiles.map(String) : [];
  return [
    ...shapeProblems(event, shape, profiles, '$'),
    ...profiles
      .filter((name) => !PROFILES.has(name))
      .map((name) => `$.metadata.profiles: ${name} is no profile`),
    ...(metadata.version === VERSION ? [] : ['$.metadata.version is another']),
    ...(event.type_uid === Number(event.class_uid) * 100 + Number(event.activity_id)
      ? []
      : ['$.type_uid is not class_uid * 100 + activity_id']),
  ];
}

function shapeProblems(
  value: JsonObject,
  { attributes, constraints }: Shape,
  profiles: readonly string[],
  path: string,
): string[] {
  const applies = ({ profile }: Attribute) =>
    profile === undefined || profile === null || profiles.includes(profile);
  const given = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length;
  const { at_least_one: some, just_one: one } = constraints;
  return [
    ...Object.entries(attributes)
      .filter(([name, of]) => applies(of) && of.requirement === 'required' && value[name] === undefined)
      .map(([name]) => `${path}.${name} is required`),
    ...(some !== undefined && given(some) === 0 ? [`${path}: at least one of ${some.join(', ')}`] : []),
    ...(one !== undefined && given(one) !== 1 ? [`${path}: just one of ${one.join(', ')}`] : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const attribute = attributes[name];
      const at = `${path}.${name}`;
      if (attribute === undefined) return [`${at} is unknown`];
      if (!applies(attribute)) return [`${at} is of the profile ${attribute.profile}, which is not named`];
      return [
        ...(attribute['@deprecated'] === undefined ? [] : [`${at} is deprecated`]),
        ...memberProblems(member, attribute, profiles, at),
        ...siblingProblems(value, member, attribute, path),
      ];
    }),
  ];
}

function memberProblems(
  value: JsonValue,
  { type, is_array: isList, enum: values }: Attribute,
  profiles: readonly string[],
  path: string,
): string[] {
  if (isList === true) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    const single = { caption: '', type, ...(values === undefined ? {} : { enum: values }) };
    return value.flatMap((item: JsonValue, index) =>
      memberProblems(item, single, profiles, `${path}[${index}]`),
    );
  }
  if (DATA_TYPES[type] !== undefined) {
    if (!isOfType(value, type)) return [`${path} is no ${type}`];
    const known = values === undefined || Object.hasOwn(values, textOf(value));
    return known ? [] : [`${path}: ${JSON.stringify(value)} is none of its values`];
  }
  const shape = objectShape(type);
  if (shape === undefined) return [`${path} is a ${type}, which is not transcribed`];
  if (!isJsonObject(value)) return [`${path} is no ${type}`];
  // Of the generic object the schema says nothing.
  return type === 'object' ? [] : shapeProblems(value, shape, profiles, path);
}

/** The text beside a value of an enum is that value's caption. */
function siblingProblems(
  of: JsonObject,
  value: JsonValue,
  { enum: values, sibling }: Attribute,
  path: string,
): string[] {
  const text = sibling === undefined ? undefined : of[sibling];
  const caption = values?.[textOf(value)]?.caption;
  if (text === undefined || caption === undefined || textOf(value) === OTHER) return [];
  return text === caption ? [] : [`${path}.${sibling} is not ${caption}`];
}

function isOfType(value: JsonValue, name: string): boolean {
  const { type, regex, max_len: most, range, values } = DATA_TYPES[name]!;
  if (type === undefined) return isPrimitive(value, name, values);
  return (
    isOfType(value, type) &&
    (regex === undefined || new RegExp(regex).test(textOf(value))) &&
    (most === undefined || textOf(value).length <= most) &&
    (range === undefined || (Number(value) >= range[0] && Number(value) <= range[1]))
  );
}

/** As it stands in the keys of an enum, and as a format sees it. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isPrimitive(value: JsonValue, name: string, values: readonly unknown[] | undefined): boolean {
  switch (name) {
    case 'string_t':
      return typeof value === 'string';
    case 'integer_t':
    case 'long_t':
      return Number.isSafeInteger(value);
    case 'float_t':
      return typeof value === 'number';
    case 'json_t':
      return true;
    default:
      return values?.includes(value) === true;
  }
}
