import { RAW_ROUTES } from '../../src/access/raw-routes.ts';
import { plainRequest } from './plain-request.ts';

/** A route of the server, with its parameters filled in. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** As the table of raw routes or the OpenAPI document has it. */
  readonly name: string;
  readonly raw: boolean;
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Every route there is: of the OpenAPI document, and those registered by hand. */
export async function everyRoute(port: number): Promise<readonly Route[]> {
  const { text } = await plainRequest(port, { path: '/api/openapi.json' });
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path, false] as const),
  );
  const raw = RAW_ROUTES.map(({ route }) => {
    const [method = '', path = ''] = route.split(' ');
    return [method, path, true] as const;
  });
  const pages = ['/api/docs', '/api/openapi.json', '/api/openapi.yaml'].map(
    (path) => ['GET', path, false] as const,
  );
  return [...documented, ...raw, ...pages].map(([method, path, isRaw]) => ({
    method,
    path: path
      .replaceAll(/:server|\{server\}/g, 'everything')
      .replaceAll(/\{[A-Za-z]+\}|:[A-Za-z]+/g, 'everything'),
    name: `${method} ${path}`,
    raw: isRaw,
  }));
}

export function isWrite({ method }: Route): boolean {
  return WRITES.has(method);
}
