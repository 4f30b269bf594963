export { type ContractCase, ContractError } from './contract-case.ts';
