// node resave.mjs WEB FROM TO: reads every model in FROM as the modeller does, and writes it to TO.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [web, from, to] = process.argv.slice(2);
const require = createRequire(join(web, 'package.json'));
const { BpmnModdle } = await import(pathToFileURL(require.resolve('bpmn-moddle')).href);
const camunda = require('camunda-bpmn-moddle/resources/camunda.json');
const dudao = JSON.parse(readFileSync(join(web, 'src', 'modeler', 'dudao-moddle.json'), 'utf8'));

mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  const moddle = new BpmnModdle({ camunda, dudao });
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(join(from, name), 'utf8'));
  if (warnings.length > 0) throw new Error(`${name}: ${warnings.map((each) => each.message).join('; ')}`);
  const { xml } = await moddle.toXML(rootElement, { format: true });
  writeFileSync(join(to, name), xml);
}
