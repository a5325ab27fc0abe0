/** A list from a spreadsheet as the server takes it; with `check` it only tells what would happen. */
export function listOf(file: File, check: boolean) {
  const form = new FormData();
  form.set('file', file, file.name);
  form.set('check', String(check));
  // the schema knows the part as a binary string, the browser sends a form
  return { body: form as never, bodySerializer: () => form };
}
