import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** `/api/openapi.json` and, for people, `/api/docs`: served from the installed package, nothing from elsewhere. */
export async function installApiDocument(app: NestFastifyApplication): Promise<void> {
  const description = new DocumentBuilder()
    .setTitle('Gatehouse')
    .setDescription('Governance for AI agents: every tool call checked and on record before it runs.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
  });
}
