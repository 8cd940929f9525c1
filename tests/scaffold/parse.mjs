// Tells what the host's own parser says of workflow files: node parse.mjs PARSER FILE…; one line for each error.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

// The parser imports JSON without saying so, which Node 20 wants to be told.
const loader = `
  import { readFile } from 'node:fs/promises';
  export async function load(url, context, next) {
    if (!url.endsWith('.json')) return next(url, context);
    const text = await readFile(new URL(url), 'utf8');
    return { format: 'module', source: 'export default ' + text, shortCircuit: true };
  }`;
register('data:text/javascript,' + encodeURIComponent(loader));

const [parser, ...files] = process.argv.slice(2);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(pathToFileURL(parser));
for (const name of files) {
  const { context, value } = parseWorkflow({ name, content: readFileSync(name, 'utf8') }, new NoOperationTraceWriter());
  const errors = [...context.errors.getErrors()];
  if (value !== undefined && errors.length === 0) {
    errors.push(...((await convertWorkflowTemplate(context, value)).errors ?? []));
  }
  for (const error of errors) console.log(`${name}: ${error.message ?? error.Message}`);
}
