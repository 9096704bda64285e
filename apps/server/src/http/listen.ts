import type { Profile } from '@gatehouse/config';
import { AppError } from '@gatehouse/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Listens where the profile says. @throws AppError `SERVER_PORT_TAKEN`, `SERVER_PORT_REFUSED` */
export async function listen(app: NestFastifyApplication, { port, host }: Profile): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EADDRINUSE') {
      throw new AppError('SERVER_PORT_TAKEN', `port ${port} is taken by another program`, {
        owner: 'operator',
        hint: 'stop it, or choose another port: PORT=8081 npm start',
        cause: error,
      });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new AppError(
        'SERVER_PORT_REFUSED',
        `this machine does not let us listen on ${host}, port ${port}`,
        {
          owner: 'operator',
          hint: 'see `host` and `port` of the profile',
          cause: error,
        },
      );
    }
    throw error;
  }
}
