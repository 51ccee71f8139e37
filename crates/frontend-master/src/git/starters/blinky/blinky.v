// One lit red LED walks back and forth over a row of four while the green one beats once per step.
// For the Lattice iCEstick (iCE40 HX1K, 12 MHz oscillator).
`default_nettype none

module blinky #(
    // Clock cycles per step: a quarter of a second on the board. The test bench makes it short.
    parameter integer STEP_CYCLES = 3_000_000
) (
    input  wire       clk,
    output wire [3:0] red,
    output wire       green
);
    localparam integer COUNT_BITS = $clog2(STEP_CYCLES);
    localparam [COUNT_BITS-1:0] LAST = STEP_CYCLES - 1;

    reg [COUNT_BITS-1:0] count = 0;
    reg [3:0] lit = 4'b0001;
    reg       upwards = 1'b1;
    reg       beat = 1'b0;

    wire step = count == LAST;
    // The direction turns one step before the edge, so that the end LEDs are lit for one step only.
    wire at_top    = lit[3];
    wire at_bottom = lit[0];
    wire go_up     = at_bottom | (upwards & ~at_top);

    always @(posedge clk) begin
        count <= step ? {COUNT_BITS{1'b0}} : count + 1'b1;
        if (step) begin
            lit     <= go_up ? lit << 1 : lit >> 1;
            upwards <= go_up;
            beat    <= ~beat;
        end
    end

    assign red   = lit;
    assign green = beat;
endmodule

`default_nettype wire
