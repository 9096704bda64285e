import { describe, expect, it } from 'vitest';
import type { Resource } from './resource.ts';
import { TokenAudiences } from './token-audiences.ts';

const audiences = new TokenAudiences('https://gate.example/', ['filesystem', 'memory']);

describe('audiences', () => {
  it('are the URLs of their resources', () => {
    expect(audiences.issuer).toBe('https://gate.example');
    expect(audiences.of('api')).toBe('https://gate.example/api/v1');
    expect(audiences.of('hooks')).toBe('https://gate.example/api/v1/hooks');
    expect(audiences.of('mcp/filesystem')).toBe('https://gate.example/mcp/filesystem');
    expect(audiences.of('mcp/elsewhere')).toBeUndefined();
  });

  it.each<[Resource, Resource, boolean]>([
    ['api', 'api', true],
    ['hooks', 'hooks', true],
    ['hooks', 'api', true],
    ['api', 'hooks', false],
    ['mcp/filesystem', 'mcp/filesystem', true],
    ['mcp/filesystem', 'mcp/memory', false],
    ['mcp/filesystem', 'api', false],
    ['mcp/filesystem', 'hooks', false],
    ['api', 'mcp/filesystem', false],
    ['hooks', 'mcp/filesystem', false],
  ])('at the door of %s, a token for %s: %s', (door, token, accepted) => {
    expect(audiences.accepts(door, audiences.of(token)!)).toBe(accepted);
  });

  it('an unknown server accepts nothing, not even its own name', () => {
    expect(audiences.accepts('mcp/elsewhere', 'https://gate.example/mcp/elsewhere')).toBe(false);
    expect(audiences.accepts('mcp/', 'https://gate.example/mcp/')).toBe(false);
  });
});
