import { expect, it } from 'vitest';
import { judged } from '../test/sample-installation.ts';

it.each([
  ['delete_repository', 'infrastructure_teardown'],
  ['mcp__github__delete_repository', 'infrastructure_teardown'],
  ['mcp__x__destroy_cluster', 'infrastructure_teardown'],
  ['mcp__x__deleteUser', 'infrastructure_teardown'],
  ['mcp__x__delete_agent', 'infrastructure_teardown'],
  ['delete_user', 'infrastructure_teardown'],
  ['drop_table', 'database'],
  ['mcp__db__dropCollection', 'database'],
  ['mcp__db__truncate_table', 'database'],
  ['mcp__redis__flush_all', 'database'],
  ['mcp__x__purge_queue', 'infrastructure_teardown'],
  ['mcp__x__terminate-instances', 'infrastructure_teardown'],
  ['mcp__x__bucket_delete', 'infrastructure_teardown'],
  ['mcp__x__remove_project', 'infrastructure_teardown'],
  ['mcp__x__reboot', 'host_control'],
  ['mcp__x__format_disk', 'disk'],
  ['mcp__git__force_push', 'history_rewrite'],
  ['mcp__github__delete_branch', 'history_rewrite'],
])('the tool %s is denied as %s', (tool, category) => {
  expect(judged({}, { tool })?.category).toBe(category);
});

it.each([
  'Read',
  'Bash',
  'mcp__memory__delete_entities',
  'mcp__memory__delete_observations',
  'mcp__memory__delete_relations',
  'mcp__filesystem__delete_file',
  'mcp__x__list_deleted_items',
  'mcp__x__get_drop_table_history',
  'mcp__x__undelete',
  'mcp__browser__browser_drag_and_drop',
  'mcp__ui__dropdown_select',
  'mcp__x__delete_comment',
  'mcp__x__create_repository',
  'mcp__x__remove_label',
  'mcp__destroyer__status',
])('the tool %s is allowed', (tool) => {
  expect(judged({}, { tool })).toBeNull();
});

it('judges the folders that a tool deletes', () => {
  expect(judged({ path: '/' }, { tool: 'mcp__fs__delete_directory' })?.line).toBe('rm-recursive-root');
  expect(judged({ path: '/etc' }, { tool: 'mcp__fs__remove_folder' })?.line).toBe('rm-recursive-system');
  expect(judged({ path: 'build' }, { tool: 'mcp__fs__delete_directory' })).toBeNull();
});
