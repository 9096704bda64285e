import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: NodeJS.GCFunction | undefined;

/** The runtime's `gc`, exposed when it is first needed: the flag on the command line costs every start 6 ms. */
export function collector(): NodeJS.GCFunction {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as NodeJS.GCFunction;
  }
  return collect;
}
