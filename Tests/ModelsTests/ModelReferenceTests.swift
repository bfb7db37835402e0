import Tensor
import Testing

/// Models with generated weights against PyTorch in float64: both forward passes, every gradient, ten steps of SGD.
@Suite(.serialized) struct ModelReferenceTests {
  @Test func formula() throws {
    #expect(Formula.seed("a") == 0xAF63_DC4C_8601_EC8C)
    let outputs: [UInt64] = [0x599E_D017_FB08_FC85, 0x2C73_F084_5854_0FA5, 0x883E_BCE5_A3F2_7C77]
    #expect((0..<3).map { Formula.output(1_234_567, $0) } == outputs)
    let reference = try ModelReference.read("resnet18")
    #expect((0..<4).map { Formula.signed(Formula.seed("conv1.weight"), $0) } == reference.checkValues)
  }

  @Test(arguments: ModelReference.names) func agreesWithPyTorch(_ name: String) throws {
    let reference = try ModelReference.read(name)
    reference.expectAgreement(try ModelRun(reference))
  }
}
