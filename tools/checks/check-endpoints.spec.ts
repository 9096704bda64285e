import { describe, expect, it } from 'vitest';
import { checkEndpoints } from './check-endpoints.ts';

const TABLE = 'apps/server/src/access/raw-routes.ts';

describe('the check of endpoints', () => {
  it.each([
    [
      'a permission on the method',
      `@Controller() class A { @Get() @RequirePermission('users:read') list() {} }`,
    ],
    ['a public method', `@Controller() class A { @Get('/healthz') @Public() health() {} }`],
    [
      'a permission on the class',
      `@Controller() @RequirePermission('users:read') class A { @Get() list() {} }`,
    ],
    ['a method that is no endpoint', '@Controller() class A { list() {} }'],
    ['a property called get', "const x = map.get('/a'); cache.delete('/b');"],
  ])('passes %s', (_, text) => {
    expect(messages(text)).toEqual([]);
  });

  it.each(['Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All', 'Sse', 'Search'])(
    'refuses @%s without a declaration',
    (decorator) => {
      const text = `@Controller('users')\nexport class A {\n  @${decorator}(':id')\n  async find() {}\n}`;
      expect(checkEndpoints([{ path: 'apps/server/src/a.controller.ts', text }])).toEqual([
        {
          file: 'apps/server/src/a.controller.ts',
          line: 3,
          message: "find is an endpoint without @RequirePermission('…') or @Public()",
        },
      ]);
    },
  );

  it.each([
    ['both declarations', `@Controller() class A { @Get() @Public() @RequirePermission('a') list() {} }`],
    [
      'a permission that is not literal',
      '@Controller() class A { @Get() @RequirePermission(name) list() {} }',
    ],
    ['an empty permission', `@Controller() class A { @Get() @RequirePermission('') list() {} }`],
  ])('refuses %s', (_, text) => {
    expect(messages(text)).toEqual([
      "list: either one @RequirePermission('…') with a literal permission, or @Public()",
    ]);
  });

  it.each([
    ["fastify.post('/api/v1/x', handler)", 'POST /api/v1/x'],
    ["app.getHttpAdapter().getInstance().get('/x', {}, handler)", 'GET /x'],
    ["fastify.all('/x', handler)", 'ALL /x'],
    ["fastify.route({ method: 'POST', url: '/x', handler })", 'POST /x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under judgement has the template
    ['fastify.get(`/${name}/x`, handler)', 'GET (computed)'],
    ["fastify.route({ method: 'POST', url: PATH, handler })", 'POST (computed)'],
    ["fastify.route({ method, url: '/x', handler })", '(COMPUTED) /x'],
  ])('refuses the hand-registered route %s', (text, route) => {
    expect(messages(text)).toEqual([`${route} is registered by hand and not listed in ${TABLE}`]);
  });

  it.each(["fastify.post('/x', handler)", "fastify.route({ method: 'POST', url: '/x', handler })"])(
    'passes a route that the table lists with its method: %s',
    (text) => {
      const table = "export const RAW_ROUTES = [{ route: 'POST /x', access: 'a hook credential' }] as const;";
      expect(messages(text, table)).toEqual([]);
      expect(messages(text, table.replace('POST', 'GET'))).toHaveLength(1);
    },
  );

  it.each(["{ route: 'GET /x' }", "{ route: 'GET /x', access: '' }"])(
    'refuses the table entry %s',
    (entry) => {
      expect(messages('', `export const RAW_ROUTES = [${entry}];`)).toEqual([
        'GET /x does not say who has access',
      ]);
    },
  );
});

function messages(text: string, table?: string): string[] {
  const files = [{ path: 'apps/server/src/a.ts', text }];
  if (table !== undefined) files.push({ path: TABLE, text: table });
  return checkEndpoints(files).map(({ message }) => message);
}
