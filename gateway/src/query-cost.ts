import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  GraphQLError,
  Kind,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from './keep-alive-data-source.ts';

/**
 * Most values that one answer may hold: an object or scalar counts one, a list as often as its page asks for. A page of 500
 * with 100 fields each is below, and so are pages of lists of ordinary length; 500 inside of 500 is far above.
 */
const MAX_COST = 100_000;

/** What a list gives that is asked for without `first`. */
const DEFAULT_PAGE = 50;

const OFF = { enabled: false } as const;
const { validationRules: costRules } = new ApolloArmor({
  maxDepth: OFF,
  maxAliases: OFF,
  maxTokens: OFF,
  maxDirectives: OFF,
  blockFieldSuggestion: OFF,
  costLimit: { maxCost: MAX_COST, objectCost: 1, scalarCost: 1, depthCostFactor: 1, flattenFragments: true },
}).protect();

type Variables = Readonly<Record<string, unknown>>;

/** Refuses an operation whose answer could be too large, before any subgraph is asked. */
export function queryCostLimit(): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        const problem = operation && costProblem(schema, document, operation, request.variables ?? {});
        if (problem) throw new GraphQLError(problem, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
      },
    }),
  };
}

function costProblem(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): string | null {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  const sized = withPageSizes(schema, alone, { ...defaultsOf(operation), ...variables });
  const [error] = validate(schema, sized, costRules);
  if (!error) return null;
  const said = error.message.replace(/^Syntax Error: /u, '');
  return `The answer could be too large: lower "first", also of lists inside of lists, or ask in several queries. ${said}`;
}

/**
 * The document with every page size written out. The cost rule knows numbers only: a size that is in a variable, or left
 * out, would count as one.
 */
function withPageSizes(schema: GraphQLSchema, document: DocumentNode, variables: Variables): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: (field): FieldNode | undefined => {
        if (!types.getFieldDef()?.args.some((argument) => argument.name === 'first')) return undefined;
        const others = (field.arguments ?? []).filter((argument) => argument.name.value !== 'first');
        const first = {
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: 'first' },
          value: { kind: Kind.INT, value: String(pageSize(field, variables)) },
        } as const;
        return { ...field, arguments: [first, ...others] };
      },
    }),
  );
}

function pageSize(field: FieldNode, variables: Variables): number {
  const given = field.arguments?.find((argument) => argument.name.value === 'first')?.value;
  if (given?.kind === Kind.INT) return Number(given.value);
  const value = given?.kind === Kind.VARIABLE ? variables[given.name.value] : undefined;
  return typeof value === 'number' ? value : DEFAULT_PAGE;
}

function defaultsOf(operation: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
}
