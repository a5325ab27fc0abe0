// Evaluates expressions with the FEEL of form-js: node feelin.mjs <its folder> <cases.json>
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { evaluate } = await import(pathToFileURL(`${process.argv[2]}/dist/index.js`));
const cases = JSON.parse(readFileSync(process.argv[3], "utf8"));

function plain(value) {
  if (value === undefined || typeof value === "function") return { odd: String(value) };
  if (typeof value === "number" && !Number.isFinite(value)) return { odd: String(value) };
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value.constructor !== Object) return { odd: String(value) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

const results = cases.map(({ expression, given }) => {
  try {
    const { value } = evaluate(expression, given);
    return plain(value);
  } catch (error) {
    return { odd: error.message };
  }
});
process.stdout.write(JSON.stringify(results));
