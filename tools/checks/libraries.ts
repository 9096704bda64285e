/** The layers, from the ground up. A library may use every layer below its own. */
export const LAYERS = ['foundation', 'infra', 'domain', 'composition', 'app', 'tool'] as const;
export type Layer = (typeof LAYERS)[number];

/** What a project is: its layer, and the libraries of its own layer that it may use besides. */
export interface LibraryRule {
  readonly layer: Layer;
  readonly peers: readonly string[] | 'any';
}

const domain = (...peers: string[]): LibraryRule => ({ layer: 'domain', peers: ['audit', ...peers] });

/** Every project of the workspace. A new one enters this table with its first feature. */
export const PROJECTS: Readonly<Record<string, LibraryRule>> = {
  kernel: { layer: 'foundation', peers: [] },
  'secret-scanner': { layer: 'foundation', peers: ['kernel'] },
  config: { layer: 'infra', peers: [] },
  database: { layer: 'infra', peers: ['config'] },
  outbound: { layer: 'infra', peers: ['config'] },
  audit: { layer: 'domain', peers: [] },
  identity: domain(),
  oauth: domain('identity', 'secrets'),
  secrets: domain(),
  governance: domain('identity'),
  'mcp-spawner': domain('governance', 'secrets', 'identity', 'oauth'),
  ai: domain('governance', 'secrets'),
  agents: domain('mcp-spawner', 'ai', 'catalog', 'identity'),
  catalog: domain('identity'),
  content: domain(),
  analytics: domain(),
  scheduler: domain(),
  compliance: { layer: 'domain', peers: 'any' },
  platform: { layer: 'composition', peers: [] },
  server: { layer: 'app', peers: [] },
  cli: { layer: 'app', peers: [] },
  admin: { layer: 'app', peers: [] },
  tools: { layer: 'tool', peers: [] },
};
