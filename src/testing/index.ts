export { type BusFactory, type BusSubject, busContract } from './bus/bus-contract.ts';
export { MemoryBus } from './bus/memory-bus.ts';
export { type MemoryDeadLetter, MemoryMedium, type MemoryMessage } from './bus/memory-medium.ts';
export { type ContractCase, ContractError } from './contract-case.ts';
export { featureContract } from './feature/feature-contract.ts';
export { labelerContract } from './labeler/labeler-contract.ts';
export { learnerContract } from './learner/learner-contract.ts';
export type { LearnerContractOptions } from './learner/probe.ts';
export { type TrainerFactory, type TrainerSubject, trainerContract } from './trainer/trainer-contract.ts';
