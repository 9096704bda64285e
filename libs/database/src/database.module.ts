import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database } from './database.ts';

/**
 * Gives every module the `Database` and TypeORM's `DataSource` on the role `server`, which takes the entities that
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
          database: database.name,
          extra: database.clientConfig('server'),
          autoLoadEntities: true,
          synchronize: false,
          migrationsRun: false,
          installExtensions: false,
          retryAttempts: 0,
        }),
      ],
      providers: [{ provide: Database, useValue: database }],
      exports: [Database],
    };
  }
}
