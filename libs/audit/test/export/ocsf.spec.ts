import { AUDIT_EVENTS, type AuditRow, exportLine, POLICIES } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCompletedRow, anAuditRow } from './an-audit-row.ts';
import { HOSTILE, hostileRow } from './hostile-row.ts';
import { ocsfProblems } from './ocsf-problems.ts';
import { classShape, objectShape, type Shape } from './ocsf-schema.ts';

const ORIGIN = { version: '0.1.0', host: 'gate-1.example', content: false };
const EVENTS = [...AUDIT_EVENTS, 'admin.users.listed'] as const;
const ROLES = ['admin', 'user', 'service', 'a2a', 'mcp', 'anonymous'] as const;
const STATUSES = ['ok', 'error', 'timeout', 'not_executed', null] as const;

const eventOf = (row: AuditRow, content = false) =>
  JSON.parse(exportLine(row, 'ocsf', { ...ORIGIN, content })) as JsonObject;
const problemsOf = (row: AuditRow) => ocsfProblems(eventOf(row));

describe('a row as an event of OCSF 1.5.0', () => {
  it.each(EVENTS)('keeps to the published schema in %s, whatever was decided by which check', (event) => {
    for (const decision of ['allow', 'deny'] as const) {
      for (const policy of POLICIES) {
        const fields = { event, decision, policy };
        expect(problemsOf(anAuditRow(fields))).toEqual([]);
        expect(problemsOf(aCompletedRow({ ...fields, agent_id: 'developer_agent' }))).toEqual([]);
      }
    }
  });

  it.each(EVENTS)('keeps to it in %s with hostile texts', (event) => {
    for (const text of HOSTILE) expect(problemsOf({ ...hostileRow(text), event })).toEqual([]);
  });

  it('keeps to it for every role and every end of a call, with what was sent and without', () => {
    for (const role of ROLES) {
      for (const status of STATUSES) {
        const row = aCompletedRow({ role, result: { status, error: status, durationMs: 3 } });
        expect(ocsfProblems(eventOf(row))).toEqual([]);
        expect(ocsfProblems(eventOf(row, true))).toEqual([]);
      }
    }
  });

  it('keeps to it whatever stands in the row', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENTS),
        fc.string({ minLength: 1, unit: 'binary', maxLength: 20 }),
        fc.jsonValue(),
        (event, text, value) => {
          const result = { status: value, error: value, durationMs: value } as JsonObject;
          expect(problemsOf({ ...hostileRow(text), event, result })).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('says who logged in as an Authentication event', () => {
    const event = eventOf(anAuditRow({ event: 'login.failed' }));
    expect(event).toMatchObject({ class_uid: 3002, activity_id: 1, status: 'Failure', severity: 'Medium' });
  });
});

describe('the checker', () => {
  const call = () => structuredClone(eventOf(aCompletedRow())) as Record<string, never>;
  const login = () =>
    structuredClone(eventOf(anAuditRow({ event: 'login.failed' }))) as Record<string, never>;
  /** The value at a path set to another; undefined takes it away. */
  const changed = (event: Record<string, never>, path: string, value: unknown) => {
    const names = path.split('.');
    const last = names.pop()!;
    const holder = names.reduce<Record<string, unknown>>(
      (at, name) => at[name] as Record<string, unknown>,
      event,
    );
    if (value === undefined) delete holder[last];
    else holder[last] = value;
    return event as JsonObject;
  };

  it.each([
    ['a required attribute missing', 'actor', undefined, '$.actor is required'],
    ['one of an object', 'metadata.product', undefined, '$.metadata.product is required'],
    ['one deep in an object', 'api.request.uid', undefined, '$.api.request.uid is required'],
    ['another type: text for a time', 'time', '2026', '$.time is no timestamp_t'],
    ['another type: part of a number', 'duration', 12.5, '$.duration is no long_t'],
    ['another type: number for text', 'message', 1, '$.message is no string_t'],
    ['another type: text for a truth', 'is_alert', 'true', '$.is_alert is no boolean_t'],
    ['another type: text for an object', 'actor.user', 'one', '$.actor.user is no user'],
    ['another type: one for a list', 'authorizations', {}, '$.authorizations is no list'],
    [
      'another type in a list',
      'metadata.profiles',
      ['security_control', 1],
      '$.metadata.profiles[1] is no string_t',
    ],
    ['a text outside its format', 'src_endpoint.ip', 'localhost', '$.src_endpoint.ip is no ip_t'],
    ['a number outside its range', 'src_endpoint.port', 65_536, '$.src_endpoint.port is no port_t'],
    ['an unknown attribute', 'colour', 1, '$.colour is unknown'],
    ['an unknown attribute of an object', 'actor.user.colour', 1, '$.actor.user.colour is unknown'],
    ['one of another object', 'actor.user.svc_name', 'x', '$.actor.user.svc_name is unknown'],
    ['one of another class', 'is_mfa', true, '$.is_mfa is unknown'],
    ['a value outside an enum', 'severity_id', 7, '$.severity_id: 7 is none of its values'],
    ['one outside the enum of the class', 'activity_id', 5, '$.activity_id: 5 is none of its values'],
    [
      'one outside the enum of an object',
      'actor.user.type_id',
      4,
      '$.actor.user.type_id: 4 is none of its values',
    ],
    ['text beside a value that is not its caption', 'severity', 'Minor', '$.severity is not Informational'],
    ['the same in an object', 'actor.user.type', 'Root', '$.actor.user.type is not User'],
    ['the same of the profile', 'disposition', 'Fine', '$.disposition is not Allowed'],
    [
      'the name of another category',
      'category_name',
      'Findings',
      '$.category_name is not Application Activity',
    ],
    ['another category', 'category_uid', 3, '$.category_uid: 3 is none of its values'],
    ['the name of another class', 'class_name', 'API', '$.class_name is not API Activity'],
    ['the name of another type', 'type_name', 'API', '$.type_name is not API Activity: Other'],
    ['a type of another activity', 'type_uid', 600_301, '$.type_uid is not class_uid * 100 + activity_id'],
    ['a constraint of an object broken', 'src_endpoint', {}, '$.src_endpoint: at least one of ip, uid'],
    [
      'one that it inherits',
      'metadata.product',
      { version: '1' },
      '$.metadata.product: at least one of name, uid',
    ],
    [
      'one that it overrides',
      'actor.user',
      { type_id: 1 },
      '$.actor.user: at least one of account, name, uid',
    ],
    [
      'an attribute of a profile that is not named',
      'cloud',
      {},
      '$.cloud is of the profile cloud, which is not named',
    ],
    [
      'a time of the profile datetime',
      'time_dt',
      '2026-01-01T00:00:00Z',
      '$.time_dt is of the profile datetime',
    ],
    [
      'attributes without their profile',
      'metadata.profiles',
      undefined,
      '$.action_id is of the profile security_control',
    ],
    [
      'a profile that does not exist',
      'metadata.profiles',
      ['security_control', 'x'],
      '$.metadata.profiles: x is no profile',
    ],
    ['a deprecated attribute', 'actor.invoked_by', 'x', '$.actor.invoked_by is deprecated'],
    [
      'an object of a type that is not here',
      'actor.process',
      {},
      '$.actor.process is a process, which is not transcribed',
    ],
    ['another version', 'metadata.version', '1.4.0', '$.metadata.version is another'],
    ['another class', 'class_uid', 6099, '$.class_uid: 6099 is no class'],
  ])('refuses %s', (_what, path, value, problem) => {
    expect(ocsfProblems(call() as JsonObject)).toEqual([]);
    const problems = ocsfProblems(changed(call(), path, value));
    expect(problems.some((one) => one.startsWith(problem))).toBe(true);
  });

  it('takes what a profile adds once it is named, and then asks for what it requires', () => {
    const profiles = ['security_control', 'datetime', 'osint'];
    const event = changed(call(), 'metadata.profiles', profiles);
    expect(ocsfProblems({ ...event, time_dt: '2026-11-22T22:42:51.765Z' })).toEqual(['$.osint is required']);
  });

  it('takes any text beside Other, and any members of the generic object', () => {
    const event = changed(call(), 'activity_name', 'anything');
    expect(ocsfProblems({ ...event, unmapped: { a: [1, { b: null }] } })).toEqual([]);
  });

  it('refuses a class whose constraint is broken', () => {
    const problems = ocsfProblems(changed(login(), 'service', undefined));
    expect(problems).toEqual(['$: at least one of service, dst_endpoint']);
  });

  it('refuses both and neither where just one is asked for', () => {
    const { service: _of, ...event } = login() as JsonObject;
    const session = {
      ...event,
      class_uid: 3003,
      class_name: 'Authorize Session',
      activity_name: 'Assign Privileges',
      type_uid: 300_301,
      type_name: 'Authorize Session: Assign Privileges',
    };
    const just = '$: just one of privileges, group';
    expect(ocsfProblems(session)).toEqual([just]);
    expect(ocsfProblems({ ...session, privileges: ['root'] })).toEqual([]);
    expect(ocsfProblems({ ...session, privileges: ['root'], group: {} })).toContain(just);
  });
});

describe('the definitions', () => {
  const NAMES = [
    'actor',
    'api',
    'authorization',
    'metadata',
    'network_endpoint',
    'object',
    'policy',
    'product',
  ];
  const shapes: readonly (readonly [string, Shape])[] = [
    ...[6003, 3002, 3003].map((uid) => [String(uid), classShape(uid)!] as const),
    ...[...NAMES, 'request', 'response', 'service', 'session', 'user'].map(
      (name) => [name, objectShape(name)!] as const,
    ),
  ];

  it.each(shapes)('of %s name no attribute that they do not have', (_name, { attributes, constraints }) => {
    for (const name of [...(constraints.at_least_one ?? []), ...(constraints.just_one ?? [])])
      expect(attributes).toHaveProperty([name]);
    for (const { sibling } of Object.values(attributes))
      if (sibling !== undefined) expect(attributes).toHaveProperty([sibling]);
  });

  it('go up and down what they extend and include', () => {
    const { attributes } = classShape(3002)!;
    // Of base_event, iam, the profile host that iam overrides, and the class itself.
    expect(attributes.time).toMatchObject({ requirement: 'required', type: 'timestamp_t' });
    expect(attributes.actor).toMatchObject({ requirement: 'recommended', profile: null });
    expect(attributes.device).toMatchObject({ profile: 'host', group: 'primary' });
    expect(Object.keys(attributes.activity_id!.enum!)).toEqual(['0', '1', '2', '3', '4', '5', '6', '99']);
    expect(objectShape('network_endpoint')!.attributes).toHaveProperty('uid');
    expect(Object.keys(objectShape('network_endpoint')!.attributes.type_id!.enum!)).toHaveLength(17);
  });
});
