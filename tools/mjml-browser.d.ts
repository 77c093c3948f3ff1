declare module 'mjml-browser' {
  const compile: (
    mjml: string,
    options: Readonly<{ validationLevel: 'strict'; fonts: object }>,
  ) => { html: string; errors: readonly { formattedMessage: string }[] };
  export default compile;
}
