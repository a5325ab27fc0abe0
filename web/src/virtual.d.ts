declare module 'virtual:tokens.css';
declare module 'bpmn-js-i18n-zh/lib/bpmn-js' {
  const words: Record<string, string>;
  export default words;
}
