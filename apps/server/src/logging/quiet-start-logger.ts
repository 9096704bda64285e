import { Logger } from 'nestjs-pino';

/** Parts of Nest that report every module and route they know of. */
const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** The log, with Nest's own account of its wiring at level debug: an operator reads what happens, not what exists. */
export class QuietStartLogger extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    if (WIRING.has(String(parameters.at(-1)))) super.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}
