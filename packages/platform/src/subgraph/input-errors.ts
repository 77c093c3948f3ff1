import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import {
  coerceInputValue,
  getNullableType,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isSpecifiedScalarType,
  typeFromAST,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/*
 * What is wrong with an input is told by place and expected type, never by the value: beside a wrong one may stand a secret,
 * and GraphQL's own words print whole objects into answers, and so into the logs of whoever reads them.
 */

const MOST_TOLD = 20;
type Path = readonly (string | number)[];

/** Refuses variables of a wrong type, all of them at once, before graphql-js or a gateway would. */
export function checkVariables(): ApolloServerPlugin<BaseContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, operation, request }) => {
        const problems = operation ? variableProblems(schema, operation, request.variables ?? {}) : [];
        if (problems.length === 0) return;
        const more = problems.length > MOST_TOLD ? [`${problems.length - MOST_TOLD} more.`] : [];
        const message = [...problems.slice(0, MOST_TOLD), ...more].join('\n');
        throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
      },
    }),
  };
}

/** A variable that is missing, or null where it must not be, is left to graphql-js: there is no value to print. */
function variableProblems(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): string[] {
  return (operation.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
    const name = variable.name.value;
    const type = typeFromAST(schema, node);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isInputType(type) || value == null) return [];
    const problems: string[] = [];
    coerceInputValue(value, type, (path, wrong, error) => {
      const place = `${name}${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`;
      problems.push(
        `Variable "$${name}" has a wrong value at "${place}": ${expected(typeAt(type, path), wrong, error)}`,
      );
    });
    return problems;
  });
}

/** The messages of graphql-js about objects name fields and types; those about single values name the value. */
function expected(type: GraphQLInputType, value: unknown, error: GraphQLError): string {
  const leaf = getNullableType(type);
  if (value == null || !isLeafType(leaf)) return error.message;
  if (isEnumType(leaf)) {
    const names = leaf.getValues().map((one) => one.name);
    return `${leaf.name} is one of ${names.join(', ')}.`;
  }
  // The messages of our own scalars say what would be right.
  return isSpecifiedScalarType(leaf) ? `${leaf.name} is expected.` : error.message;
}

function typeAt(type: GraphQLInputType, [key, ...rest]: Path): GraphQLInputType {
  if (key === undefined) return type;
  const here = getNullableType(type);
  // One value may stand for a list of one.
  if (isListType(here))
    return typeof key === 'number' ? typeAt(here.ofType, rest) : typeAt(here.ofType, [key, ...rest]);
  const field = isInputObjectType(here) ? here.getFields()[String(key)] : undefined;
  return field ? typeAt(field.type, rest) : type;
}

const LITERAL =
  /^(?:Expected value of type "(?<type>[^"]+)"|(?:Enum )?"?(?<scalar>\w+)"? cannot represent |Value ".*" does not exist in "(?<named>\w+)" enum)/su;
const TOKEN = /\b(?<kind>BlockString|String|Name|Int|Float) ".*/su;

/** The same of what is written into the document itself: its error has a place there. */
export function withoutValues(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { message, extensions } = formatted;
  if (message.startsWith('Syntax Error: ')) {
    // Whoever parses it before Apollo Server does prints the lines around it as well, and calls it otherwise.
    const [said = ''] = message.replace(TOKEN, '$<kind>.').split('\n');
    return { ...formatted, message: said, extensions: { ...extensions, code: 'GRAPHQL_PARSE_FAILED' } };
  }
  if (extensions?.['code'] !== 'GRAPHQL_VALIDATION_FAILED') return formatted;
  const { type, scalar, named } = LITERAL.exec(message)?.groups ?? {};
  const wanted = type ?? scalar ?? named;
  return wanted === undefined ? formatted : { ...formatted, message: `Expected value of type "${wanted}".` };
}
