/** One hook as Claude Code's settings have it. */
export type ClientHook =
  | {
      readonly type: 'command';
      readonly command: string;
      readonly args: string[];
      readonly timeout: number;
      readonly onFailure: 'block';
    }
  | {
      readonly type: 'http';
      readonly url: string;
      readonly timeout: number;
      readonly onFailure: 'block';
      readonly headers: Record<string, string>;
      readonly allowedEnvVars: string[];
    };

/** A group without a matcher, so for every tool. */
export interface ClientHookGroup {
  readonly hooks: ClientHook[];
}

/** Claude Code's settings, of which we know our part and keep the rest. */
export type ClientSettings = Readonly<Record<string, unknown>>;

/** An object's member where it is an object, else an empty one. */
export function objectMember(settings: ClientSettings, name: string): ClientSettings {
  const value = settings[name];
  return isSettings(value) ? value : {};
}

export function isSettings(value: unknown): value is ClientSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
