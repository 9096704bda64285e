import { Database } from '@gatehouse/database';
import { type FactoryProvider, Logger } from '@nestjs/common';
import { CallCounting } from './call-counting.ts';

export const CALL_COUNTING: FactoryProvider<CallCounting> = {
  provide: CallCounting,
  inject: [Database],
  useFactory: (database: Database) => {
    const logger = new Logger('call counts');
    return new CallCounting({
      config: database.clientConfig('server'),
      warn: (message, error) =>
        logger.warn({ message, code: (error as { code?: unknown } | undefined)?.code }),
    });
  },
};
