import NeuralNet
import Tensor
import TestSupport
import Testing

/// Parts are found by reflection and named as PyTorch would name them.
@Suite struct ModuleNamingTests {
  private class Base: Module {
    let firstWeight = Parameter(.ones([1]))
  }

  private final class Derived: Base {
    let convPwl2 = Parameter(.ones([2]))
    let runningMean = Buffer(.zeros([3]))
  }

  private final class Nested: Module {
    let rows: [[Parameter]] = [[Parameter(.ones([1]))], [Parameter(.ones([1])), Parameter(.ones([1]))]]
    let absent: Parameter? = nil
    let present: Parameter? = Parameter(.ones([1]))
    let list: [Parameter]? = [Parameter(.ones([1]))]
  }

  @Test func parametersInOrderOfDeclaration() {
    #expect(ExampleNetwork().namedParameters().map(\.name) == ExampleNetwork.parameterNames)
  }

  @Test func buffers() {
    let names = ExampleNetwork().namedBuffers().map(\.name)
    #expect(names.count == 9)
    #expect(
      names.prefix(3) == [
        "blocks.0.bn1.running_mean", "blocks.0.bn1.running_var", "blocks.0.bn1.num_batches_tracked",
      ])
    #expect(names.last == "blocks.1.downsample.1.num_batches_tracked")
  }

  @Test func partsOfTheSuperclassComeFirst() {
    #expect(Derived().namedParameters().map(\.name) == ["first_weight", "conv_pwl2"])
    #expect(Derived().namedBuffers().map(\.name) == ["running_mean"])
  }

  @Test func arraysAndOptionals() {
    #expect(
      Nested().namedParameters().map(\.name) == ["rows.0.0", "rows.1.0", "rows.1.1", "present", "list.0"])
  }

  @Test func modulesAndTheirPaths() {
    let network = ExampleNetwork()
    let expected = [
      "", "conv_stem", "blocks.0", "blocks.0.conv_dw", "blocks.0.bn1", "blocks.1", "blocks.1.conv_dw", "blocks.1.bn1",
      "blocks.1.downsample", "blocks.1.downsample.0", "blocks.1.downsample.1", "pool", "fc",
    ]
    #expect(network.namedModules().map(\.path) == expected)
    #expect(network.fc.path == "")
    network.namingParts()
    #expect(network.namedModules().map(\.module.path) == expected)
  }

  @Test func sequentialAndResidual() {
    var generator = Generator(seed: 1)
    let chain = Sequential(
      Linear(2, 2, using: &generator), Residual(Sequential(ActivationLayer(.relu), Linear(2, 2, using: &generator))))
    #expect(
      chain.namedParameters().map(\.name) == ["0.weight", "0.bias", "1.body.1.weight", "1.body.1.bias"])
    #expect(chain.namedModules().map(\.path) == ["", "0", "1", "1.body", "1.body.0", "1.body.1"])
  }

  @Test func parameterCount() {
    // Stem 4·2·9 + 4, blocks 2 · (4·9 + 8), shortcut 4·4 + 4 + 8, scales 2·4, classifier 3·4 + 3.
    #expect(ExampleNetwork().parameterCount == 76 + 88 + 28 + 8 + 15)
  }

  @Test func trainingReachesEveryModule() {
    let network = ExampleNetwork()
    #expect(network.namedModules().allSatisfy { $0.module.isTraining })
    network.setTraining(false)
    #expect(network.namedModules().allSatisfy { !$0.module.isTraining })
    network.blocks[1].setTraining(true)
    #expect(
      network.namedModules().filter(\.module.isTraining).map(\.path) == [
        "blocks.1", "blocks.1.conv_dw", "blocks.1.bn1", "blocks.1.downsample", "blocks.1.downsample.0",
        "blocks.1.downsample.1",
      ])
  }
}
