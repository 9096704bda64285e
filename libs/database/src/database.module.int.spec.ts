import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DatabaseModule } from './database.module.ts';
import { Database } from './database.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { withClient } from './with-client.ts';

@Entity('notes')
class Note {
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  text!: string;
}

@Injectable()
class Notes {
  constructor(
    @InjectRepository(Note) readonly repository: Repository<Note>,
    readonly database: Database,
  ) {}
}

@Module({ imports: [TypeOrmModule.forFeature([Note])], providers: [Notes], exports: [Notes] })
class NotesModule {}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.clientConfig('owner'), async (owner) => {
    await owner.query('create table notes (id integer primary key, text text not null)');
    await owner.query('grant select, insert on notes to gatehouse_server');
  });
});
afterAll(() => database.drop());

it('gives each module the database, and its entities a repository on the role server', async () => {
  @Module({ imports: [DatabaseModule.forRoot(database), NotesModule] })
  class Root {}
  const application = await NestFactory.createApplicationContext(Root, {
    logger: false,
    abortOnError: false,
  });
  try {
    const notes = application.get(Notes);
    expect(notes.database).toBe(database);
    await notes.repository.insert({ id: 1, text: 'one' });
    expect(await notes.repository.find()).toEqual([{ id: 1, text: 'one' }]);
    await expect(notes.repository.delete({ id: 1 })).rejects.toThrow(/permission denied/);
    const [row] = await application
      .get(DataSource)
      .query<{ user: string }[]>('select current_user::text as "user"');
    expect(row).toEqual({ user: 'gatehouse_server' });
  } finally {
    await application.close();
  }
});
