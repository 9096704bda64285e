/** A file that a root session wrote and that would be denied if it ran. */
export interface WrittenScript {
  readonly rootSessionId: string;
  readonly path: string;
  /** 65,536 characters at most. */
  readonly text: string;
}
