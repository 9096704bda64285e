import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { Database } from './database.ts';
import { ChangeFeed } from './feed/change-feed.ts';

/**
 * Gives every module the `Database`, the `ChangeFeed` (which the server starts and stops) and TypeORM's `DataSource` on the role `server`, which takes the entities that
 * each library registers by `TypeOrmModule.forFeature`. The schema is the migrations' matter, never TypeORM's.
 */
@Module({})
export class DatabaseModule {
  static forRoot(database: Database): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          // Else TypeORM looks for it itself, which a bundle pays for with a second copy.
          driver: pg,
          database: database.name,
          extra: database.clientConfig('server'),
          autoLoadEntities: true,
          synchronize: false,
          migrationsRun: false,
          installExtensions: false,
          retryAttempts: 0,
        }),
      ],
      providers: [
        { provide: Database, useValue: database },
        { provide: ChangeFeed, useFactory: () => new ChangeFeed(database.clientConfig('server')) },
      ],
      exports: [Database, ChangeFeed],
    };
  }
}
