/** Where a product file finds its schema: beside the program, if that is installed in the folder of the file. */
export const SCHEMA_ADDRESS = './node_modules/adc-products/schemas/api-products.schema.json';
