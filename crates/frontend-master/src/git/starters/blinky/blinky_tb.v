// Checks every clock cycle of three full walks against a table written by hand.
`timescale 1ns / 1ps
`default_nettype none

module blinky_tb;
    localparam integer STEP_CYCLES = 5;
    localparam integer WALK_STEPS  = 6;   // up three, down three
    localparam integer CYCLES      = 3 * WALK_STEPS * STEP_CYCLES;

    reg clk = 1'b0;
    wire [3:0] red;
    wire green;

    blinky #(.STEP_CYCLES(STEP_CYCLES)) dut (.clk(clk), .red(red), .green(green));

    always #41.667 clk = ~clk;

    function [3:0] expected_red(input integer step);
        case (step % WALK_STEPS)
            0: expected_red = 4'b0001;
            1: expected_red = 4'b0010;
            2: expected_red = 4'b0100;
            3: expected_red = 4'b1000;
            4: expected_red = 4'b0100;
            default: expected_red = 4'b0010;
        endcase
    endfunction

    integer cycle;
    initial begin
        $dumpfile("build/blinky.vcd");
        $dumpvars(0, blinky_tb);
        for (cycle = 0; cycle < CYCLES; cycle = cycle + 1) begin
            // Between two rising edges, where the outputs are stable.
            @(negedge clk);
            // The first falling edge comes after the first rising one.
            // `!==` also catches outputs that are unknown or not driven.
            if (red !== expected_red((cycle + 1) / STEP_CYCLES))
                $fatal(1, "cycle %0d: red is %b, not %b", cycle, red,
                       expected_red((cycle + 1) / STEP_CYCLES));
            if (green !== (((cycle + 1) / STEP_CYCLES) % 2 == 1))
                $fatal(1, "cycle %0d: green is %b", cycle, green);
        end
        $display("PASS: %0d cycles checked", CYCLES);
        $finish;
    end
endmodule

`default_nettype wire
