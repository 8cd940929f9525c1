// GitHub's own workflow parser and expression evaluator: one question a line on standard input, one answer a line back.
// Started with the folder that the packages are installed in.
import * as nodeModule from "node:module";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

// The parser imports its schema as JSON without saying so, which Node refuses: it is handed over as a module.
const LOADER = `export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  const {readFileSync} = await import("node:fs");
  return {format: "module", shortCircuit: true, source: "export default " + readFileSync(new URL(url), "utf8")};
}`;
if (nodeModule.registerHooks) {
  nodeModule.registerHooks({
    load: (url, context, next) =>
      url.endsWith(".json")
        ? {format: "module", shortCircuit: true, source: `export default ${readFileSync(new URL(url), "utf8")}`}
        : next(url, context),
  });
} else {
  nodeModule.register(`data:text/javascript,${encodeURIComponent(LOADER)}`);
}

const load = path => import(pathToFileURL(join(process.argv[2], "@actions", path)));
const {parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter} = await load("workflow-parser/dist/index.js");
const {convertToIfCondition} = await load("workflow-parser/dist/model/converter/if-condition.js");
const {TokenType} = await load("workflow-parser/dist/templates/tokens/types.js");
const {Lexer, Parser, Evaluator, data} = await load("expressions/dist/index.js");
const {TokenType: LexemeType} = await load("expressions/dist/lexer.js");
const {truthy} = await load("expressions/dist/result.js");

const CONDITIONS = new Set(["job-if", "step-if"]);

// A token as plain JSON; an expression as {"$expression": …}, a condition with success() before it where it names no
// status itself.
function plain(token, context) {
  if (CONDITIONS.has(token.definitionInfo?.definition?.key)) {
    return {$expression: convertToIfCondition(context, token)?.expression ?? "false"};
  }
  switch (token.templateTokenType) {
    case TokenType.Mapping:
      return Object.fromEntries([...token].map(({key, value}) => [literal(key), plain(value, context)]));
    case TokenType.Sequence:
      return [...token].map(item => plain(item, context));
    case TokenType.BasicExpression:
      return {$expression: token.expression};
    case TokenType.Null:
      return null;
    case TokenType.InsertExpression:
      throw new Error("an insert expression is not run here");
    default:
      return token.value;
  }
}

function literal(key) {
  if (key.isExpression) throw new Error(`the key ${key} is an expression, which is not run here`);
  return key.toString();
}

async function parse({name, content}) {
  const {context, value} = parseWorkflow({name, content}, new NoOperationTraceWriter());
  const errors = () => context.errors.getErrors().map(error => error.message);
  if (value === undefined || errors().length > 0) return {errors: errors()};
  const {events} = await convertWorkflowTemplate(context, value);
  const workflow = plain(value, context);
  return {errors: errors(), events, workflow};
}

function evaluate({expression, contexts, state}) {
  const status = (name, told) => ({name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(told)});
  const functions = [status("always", true), ...Object.entries(state).map(([name, told]) => status(name, told))];
  const {tokens} = new Lexer(expression).lex();
  // The package's lexer takes back the first doubled quote of a text only; the runner's takes back all.
  for (const token of tokens.filter(({type}) => type === LexemeType.STRING)) {
    token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
  }
  const parser = new Parser(tokens, Object.keys(contexts), functions);
  const known = new Map(functions.map(one => [one.name, one]));
  const told = new Evaluator(parser.parse(), JSON.parse(JSON.stringify(contexts), data.reviver), known).evaluate();
  return {value: JSON.parse(JSON.stringify(told, data.replacer)), text: told.coerceString(), truthy: truthy(told)};
}

for await (const line of createInterface({input: process.stdin})) {
  const {ask, ...question} = JSON.parse(line);
  let answer;
  try {
    answer = ask === "parse" ? await parse(question) : evaluate(question);
  } catch (error) {
    answer = {errors: [error.message]};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
